import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { compareRegions } from "../../../src/geography/geography-rule.ts";
import { regionTable } from "../../../src/geography/region-table.ts";
import { judgeStore, replications } from "../../../src/geography/store-rule.ts";
import { snapshot } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";

const verdictSchema = z.object({
  geographies: z.array(z.string()),
  replications: z.array(z.string()),
  pairStays: z.boolean(),
});

const verdicts = new Map<string, z.infer<typeof verdictSchema>>();
const verdictOf = (region: string) => verdictSchema.parse(verdicts.get(region));

const bicep = new BicepServer();
afterAll(() => bicep.stop());

beforeAll(async () => {
  const [made] = await snapshot(bicep, "test/infra/templates/geography/all-regions.bicepparam");
  for (const [region, text] of Object.entries(made?.tags ?? {}))
    verdicts.set(region, verdictSchema.parse(JSON.parse(text)));
});

const rows = [...regionTable.values()];
const physical = rows.filter((row) => row.category === "Physical");

describe("the deployment's geography rule", () => {
  it("has a verdict on every region of the table", () => {
    expect([...verdicts.keys()].toSorted()).toEqual(rows.map((row) => row.name).toSorted());
    expect(physical.length).toBeGreaterThan(60);
  });

  it.each(physical)("puts $name where the program puts it, and nowhere else", ({ name, geography }) => {
    expect(verdictOf(name).geographies).toEqual([geography]);
    const peers = physical.filter((row) => verdictOf(row.name).geographies.join() === geography);
    const programPeers = physical.filter((row) => compareRegions(name, row.name, regionTable).same);
    expect(peers).toEqual(programPeers);
  });

  it("takes no region that is not a physical one", () => {
    const taken = rows.filter((row) => row.category !== "Physical" && verdictOf(row.name).geographies.length > 0);
    expect(taken).toEqual([]);
  });

  it.each(physical)("allows a store in $name the replication that the program allows", ({ name }) => {
    const facts = { vaultRegion: name, storeRegion: name, table: regionTable };
    const allowed = replications.filter((replication) => judgeStore({ ...facts, replication }).allowed);
    expect(verdictOf(name).replications).toEqual(allowed);
    expect(verdictOf(name).pairStays).toBe(allowed.includes("GZRS"));
  });

  it("refuses geo-replication wherever the pair leaves the geography", () => {
    const geographies = new Map(rows.map((row) => [row.name, row.geography]));
    const leaving = physical.filter(
      (row) => row.pairedRegion !== null && geographies.get(row.pairedRegion) !== row.geography,
    );
    expect(leaving.map((row) => row.name)).toContain("brazilsouth");
    for (const { name } of leaving) expect(verdictOf(name).replications).toEqual(["LRS", "ZRS"]);
  });
});
