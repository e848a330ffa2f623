import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRegions } from "../../src/geography/geography-rule.ts";
import { extendRegionTable, regionTable as table } from "../../src/geography/region-table.ts";
import { chooseStore, judgeStore, replications, type Replication } from "../../src/geography/store-rule.ts";

const sound = { vaultRegion: "westeurope", storeRegion: "northeurope", replication: "LRS", table } as const;

describe("judgeStore", () => {
  it.each([
    ["in the vault's geography", {}],
    ["with a pair in the geography", { replication: "RA-GZRS" }],
    ["where the app is in it too", { appRegion: "West Europe" }],
  ] as const)("allows a store %s", (_case, change) => {
    expect(judgeStore({ ...sound, ...change })).toEqual({ allowed: true, geography: "Europe", warnings: [] });
  });

  it.each([
    ["another geography", { storeRegion: "francecentral" }, ["geography-differs"]],
    ["another cloud", { storeRegion: "chinaeast" }, ["cloud-differs"]],
    ["a region that it does not know", { storeRegion: "marsnorth" }, ["region-unknown"]],
    ["an app elsewhere", { appRegion: "uksouth" }, ["geography-differs", "geography-differs"]],
    ["an app in an unknown region", { appRegion: "europe" }, ["region-unknown"]],
    [
      "a pair in another geography",
      { vaultRegion: "brazilsouth", storeRegion: "brazilsouth", replication: "GRS" },
      ["replication-leaves-geography"],
    ],
    [
      "a copy whose place it can't tell",
      { vaultRegion: "italynorth", storeRegion: "italynorth", replication: "GZRS" },
      ["replication-leaves-geography"],
    ],
    [
      "everything at once",
      { storeRegion: "brazilsouth", replication: "RA-GRS", appRegion: "chinaeast" },
      ["geography-differs", "cloud-differs", "cloud-differs", "replication-leaves-geography"],
    ],
  ] as const)("refuses %s", (_case, change, codes) => {
    const verdict = judgeStore({ ...sound, ...change });
    expect(verdict.allowed ? [] : verdict.refusals.map((refusal) => refusal.code)).toEqual(codes);
  });

  it("gives reasons that name both sides", () => {
    const store = { vaultRegion: "canadaeast", storeRegion: "brazilsouth", replication: "GRS", table } as const;
    expect(judgeStore(store)).toEqual({
      allowed: false,
      refusals: [
        {
          code: "geography-differs",
          reason: "vault and store: canadaeast is in the geography Canada, brazilsouth in Brazil",
        },
        {
          code: "replication-leaves-geography",
          reason:
            "GRS copies brazilsouth to southcentralus: brazilsouth is in the geography Brazil, southcentralus in United States",
        },
      ],
    });
  });

  it("refuses geo-replication in an operator's own region, whose pair nobody vouches for", () => {
    const extended = extendRegionTable({ eastus3: "United States" }).table;
    const store = { vaultRegion: "eastus", storeRegion: "eastus3", table: extended };
    expect(judgeStore({ ...store, replication: "ZRS" })).toMatchObject({ allowed: true });
    expect(judgeStore({ ...store, replication: "GRS" })).toEqual({
      allowed: false,
      refusals: [
        {
          code: "replication-leaves-geography",
          reason: "GRS copies eastus3 to a paired region, and the table knows none for it",
        },
      ],
    });
  });

  it("passes on the warning about the DoD regions, once", () => {
    const dod = { vaultRegion: "usdodeast", storeRegion: "usdodcentral", appRegion: "usdodcentral" };
    expect(judgeStore({ ...dod, replication: "LRS", table })).toMatchObject({
      allowed: true,
      warnings: ["dod-regions"],
    });
  });

  it("allows nothing that leaves the geography, whatever the regions and the replication", () => {
    const region = fc.constantFrom(...table.keys());
    const facts = fc.tuple(region, region, fc.constantFrom(...replications), fc.option(region, { nil: undefined }));
    const stays = fc.property(facts, ([vaultRegion, storeRegion, replication, appRegion]) => {
      const verdict = judgeStore({ vaultRegion, storeRegion, replication, appRegion, table });
      if (!verdict.allowed) return verdict.refusals.length > 0;
      const geoReplicated = replication !== "LRS" && replication !== "ZRS";
      const pair = geoReplicated ? table.get(storeRegion)?.pairedRegion : storeRegion;
      const touched = [vaultRegion, storeRegion, pair, appRegion ?? storeRegion];
      return touched.every((name) => table.get(name ?? "")?.geography === verdict.geography);
    });
    expect(() => fc.assert(stays, { numRuns: 5000 })).not.toThrow();
  });
});

const store = (region: string, replication: Replication = "ZRS") => ({ region, replication, name: `st-${region}` });
const stores = [store("northeurope"), store("eastus", "GRS"), store("chinanorth2")];

describe("chooseStore", () => {
  it.each([
    ["westeurope", "st-northeurope", "Europe"],
    ["westus3", "st-eastus", "United States"],
    ["chinaeast", "st-chinanorth2", "China"],
  ])("finds the store of %s", (vaultRegion, name, geography) => {
    expect(chooseStore(vaultRegion, stores, undefined, table)).toMatchObject({ store: { name }, geography });
  });

  it.each([
    ["francecentral", undefined, "no-store-in-geography", "no store is in France, where francecentral is"],
    ["marsnorth", undefined, "region-unknown", 'the region "marsnorth" is not in the table of regions'],
    [
      "eastus",
      "westeurope",
      "geography-differs",
      "vault and app: eastus is in the geography United States, westeurope in Europe",
    ],
  ])("says why %s has none (app in %s)", (vaultRegion, appRegion, code, reason) => {
    expect(chooseStore(vaultRegion, stores, appRegion, table)).toEqual({ code, reason });
  });

  it("passes over a store whose copy leaves the geography, and says so when there is no other", () => {
    const leaving = store("brazilsouth", "GRS");
    const staying = store("brazilsoutheast", "GRS");
    expect(chooseStore("brazilsouth", [leaving, staying], undefined, table)).toMatchObject({ store: staying });
    expect(chooseStore("brazilsouth", [leaving], undefined, table)).toMatchObject({
      code: "replication-leaves-geography",
    });
  });

  it("never chooses a store of another geography", () => {
    const regions = fc.constantFrom(...table.keys());
    const near = fc.property(regions, fc.array(regions, { maxLength: 6 }), (vaultRegion, storeRegions) => {
      const choice = chooseStore(
        vaultRegion,
        storeRegions.map((region) => store(region)),
        undefined,
        table,
      );
      return !("store" in choice) || compareRegions(vaultRegion, choice.store.region, table).same;
    });
    expect(() => fc.assert(near, { numRuns: 2000 })).not.toThrow();
  });
});
