import { describe, expect, it } from "vitest";
import { compareRegions } from "../../src/geography/geography-rule.ts";
import { extendRegionTable, normalizeRegion, regionTable } from "../../src/geography/region-table.ts";

describe("regionTable", () => {
  it("has each row under its normalised name, none made by an operator", () => {
    expect(regionTable.size).toBe(134);
    for (const [name, row] of regionTable) {
      expect(name).toBe(row.name);
      expect(normalizeRegion(name)).toBe(name);
      expect(row.operatorMade).toBe(false);
    }
  });

  it("finds every row by its display name, but for two logical ones", () => {
    const lost = [...regionTable.values()].filter((row) => normalizeRegion(row.displayName) !== row.name);
    expect(lost.map((row) => row.name)).toEqual(["uae", "uk"]);
  });

  it("names as pairs only regions that it has", () => {
    const pairs = [...regionTable.values()].flatMap((row) => row.pairedRegion ?? []);
    expect(pairs.length).toBeGreaterThan(60);
    expect(pairs.filter((pair) => !regionTable.has(pair))).toEqual([]);
  });
});

describe("extendRegionTable", () => {
  it("adds a region that the table does not have, to a geography in any spelling of its case", () => {
    const { table, problems } = extendRegionTable({ "France North": "france", usgovohio: "US Government" });
    expect(problems).toEqual([]);
    expect(table.get("francenorth")).toEqual({
      name: "francenorth",
      displayName: "France North",
      geography: "France",
      cloud: "AzureCloud",
      pairedRegion: null,
      category: "Extra",
      operatorMade: true,
    });
    expect(table.get("usgovohio")?.cloud).toBe("AzureUSGovernment");
    expect(compareRegions("francenorth", "francecentral", table)).toMatchObject({ same: true, geography: "France" });
    expect(regionTable.has("francenorth")).toBe(false);
  });

  it("gives a geography to a region that had not opened, and takes no pair from the table for it", () => {
    const { table } = extendRegionTable({ eastus3: "United States", saudiarabiaeast: "Saudi Arabia" });
    expect(table.get("eastus3")).toMatchObject({ displayName: "East US 3", pairedRegion: null, operatorMade: true });
    expect(compareRegions("eastus3", "eastus", table)).toMatchObject({ same: true, geography: "United States" });
    expect(compareRegions("saudiarabiaeast", "Saudi Arabia East", table)).toMatchObject({ same: true });
    expect(compareRegions("saudiarabiaeast", "uaenorth", table)).toMatchObject({ code: "geography-differs" });
  });

  it("lets an entry that agrees with the table change nothing", () => {
    const { table, problems } = extendRegionTable({ westeurope: "Europe" });
    expect(problems).toEqual([]);
    expect(table.get("westeurope")).toEqual(regionTable.get("westeurope"));
  });

  it.each([
    [
      { francecentral: "Europe" },
      '"francecentral" is in the geography France already and can\'t be put into Europe. Remove the entry.',
    ],
    [{ europe: "Europe" }, '"europe" is not a region that can hold a vault. Give a physical region\'s name.'],
    [{ brazilus: "Brazil" }, '"brazilus" is not a region that can hold a vault. Give a physical region\'s name.'],
    [
      { eastus3: "US Government" },
      '"eastus3" is in AzureCloud, the geography US Government in AzureUSGovernment. Correct the geography.',
    ],
    [
      { eastus3: "usa" },
      '"eastus3": "usa" is a staging geography of Azure itself. Give the geography as ARM spells it, for instance "United States".',
    ],
    [
      { finlandcentral: " " },
      '"finlandcentral": "" is not the name of a geography. Give it as ARM spells it (metadata.geography).',
    ],
    [
      { "4\u0007": "Finland" },
      '"4" is not the name of a region. Give the programmatic name, for instance "finlandcentral".',
    ],
  ])("refuses %j", (extra, problem) => {
    const { table, problems } = extendRegionTable(extra);
    expect(problems).toEqual([problem]);
    expect([...table]).toEqual([...regionTable]);
  });

  it("names every problem at once, and takes the entries that are sound", () => {
    const { table, problems } = extendRegionTable({ uksouth: "Europe", eastus: "Canada", finlandcentral: "Finland" });
    expect(problems).toHaveLength(2);
    expect(table.get("finlandcentral")?.geography).toBe("Finland");
  });

  it("refuses the second of two entries that contradict each other", () => {
    const { table, problems } = extendRegionTable({ finlandcentral: "Finland", "Finland Central": "Europe" });
    expect(problems).toHaveLength(1);
    expect(table.get("finlandcentral")?.geography).toBe("Finland");
  });
});
