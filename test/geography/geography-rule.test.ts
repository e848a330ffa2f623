import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compareRegions, geographyOf, type GeographyVerdict } from "../../src/geography/geography-rule.ts";
import { normalizeRegion, regionTable } from "../../src/geography/region-table.ts";

describe("compareRegions", () => {
  it.each([
    ["two regions of Europe", "westeurope", "northeurope", "Europe"],
    ["display names", "West Europe", "North Europe", "Europe"],
    ["Canada's two", "canadacentral", "canadaeast", "Canada"],
    ["the United Kingdom's two", "uksouth", "ukwest", "United Kingdom"],
    ["Brazil's two", "brazilsouth", "brazilsoutheast", "Brazil"],
    ["Hong Kong and Singapore", "eastasia", "southeastasia", "Asia Pacific"],
    ["India with Jio", "centralindia", "jioindiawest", "India"],
    ["China, operated by 21Vianet", "chinaeast", "chinanorth3", "China"],
    ["US Government", "usgovvirginia", "usgovarizona", "US Government"],
    ["the Canary regions", "eastus2euap", "centraluseuap", "Canary (US)"],
    ["one region that has no pair", "qatarcentral", "qatarcentral", "Qatar"],
  ])("takes %s as one geography", (_case, a, b, geography) => {
    expect(compareRegions(a, b, regionTable)).toEqual({ same: true, geography, warnings: [] });
  });

  it.each([
    ["Europe and France", "westeurope", "francecentral", "geography-differs"],
    ["Europe and Germany", "westeurope", "germanywestcentral", "geography-differs"],
    ["Europe and the United Kingdom", "northeurope", "uksouth", "geography-differs"],
    ["Norway and Sweden", "norwayeast", "swedencentral", "geography-differs"],
    ["Canada and the United States", "canadacentral", "eastus2", "geography-differs"],
    ["Mexico and the United States", "mexicocentral", "southcentralus", "geography-differs"],
    ["Brazil South and its pair", "brazilsouth", "southcentralus", "geography-differs"],
    ["Singapore and Malaysia", "southeastasia", "malaysiawest", "geography-differs"],
    ["Canary and the United States", "eastus2euap", "eastus2", "geography-differs"],
    ["US Government and DoD", "usgovvirginia", "usdodeast", "geography-differs"],
    ["the public cloud and US Government", "eastus", "usgovvirginia", "cloud-differs"],
    ["the public cloud and China", "eastasia", "chinaeast", "cloud-differs"],
    ["US Government and China", "usgovtexas", "chinanorth", "cloud-differs"],
    ["two logical names", "europe", "asiapacific", "region-unknown"],
    ["one logical name twice", "europe", "europe", "region-unknown"],
    ["a logical name and a region in it", "unitedstates", "eastus", "region-unknown"],
    ["one unlaunched region twice", "eastus3", "eastus3", "region-unknown"],
    ["the withdrawn region of Brazil", "brazilus", "brazilsouth", "region-unknown"],
    ["one unknown name twice", "marsnorth", "marsnorth", "region-unknown"],
    ["a known and an unknown name", "eastus", "marsnorth", "region-unknown"],
    ["two empty names", "", "", "region-unknown"],
    ["names from an object's prototype", "constructor", "__proto__", "region-unknown"],
  ])("refuses %s", (_case, a, b, code) => {
    expect(compareRegions(a, b, regionTable)).toMatchObject({ same: false, code });
    expect(compareRegions(b, a, regionTable)).toMatchObject({ same: false, code });
  });

  it.each([
    ["westeurope", "francecentral", "westeurope is in the geography Europe, francecentral in France"],
    ["eastus", "chinaeast", "eastus is in the cloud AzureCloud, chinaeast in AzureChinaCloud"],
    ["eastus", "Mars\nNorth", 'the region "Mars North" is not in the table of regions'],
    ["europe", "eastus", '"europe" names an area, not a region that can hold a vault or a store'],
    ["eastus3", "eastus", 'no source states the geography of the region "eastus3"'],
  ])("says why %s and %j differ", (a, b, reason) => {
    expect(compareRegions(a, b, regionTable)).toMatchObject({ reason });
  });

  it("warns between the two DoD regions, and only there", () => {
    const geography = "US Department of Defense";
    const verdict = { same: true, geography };
    expect(compareRegions("usdodeast", "usdodcentral", regionTable)).toEqual({ ...verdict, warnings: ["dod-regions"] });
    expect(compareRegions("usdodeast", "US DoD East", regionTable)).toEqual({ ...verdict, warnings: [] });
  });
});

const name = fc.oneof(fc.constantFrom(...regionTable.keys()), fc.string({ maxLength: 20 }));

const withoutReason = (verdict: GeographyVerdict) => (verdict.same ? JSON.stringify(verdict) : verdict.code);

/** Both ways; a reason names the regions in their order, so it is left out. */
const bothWays = (a: string, b: string) =>
  [compareRegions(a, b, regionTable), compareRegions(b, a, regionTable)].map(withoutReason);

describe("the rule, for any two names", () => {
  it("is symmetric", () => {
    const symmetric = fc.property(name, name, (a, b) => new Set(bothWays(a, b)).size === 1);
    expect(() => fc.assert(symmetric, { numRuns: 2000 })).not.toThrow();
  });

  it("never takes a name without a geography for equal, not even to itself", () => {
    const without = [...regionTable.values()].filter((row) => row.geography === null).map((row) => row.name);
    expect(without).toHaveLength(49);
    const refused = fc.property(fc.constantFrom(...without), name, (a, b) => {
      const verdicts = [compareRegions(a, b, regionTable), compareRegions(a, a, regionTable)];
      return geographyOf(a, regionTable) === undefined && verdicts.every((verdict) => !verdict.same);
    });
    expect(() => fc.assert(refused, { numRuns: 1000 })).not.toThrow();
  });

  it("does not depend on case, spaces or dashes", () => {
    const gaps = fc.array(fc.constantFrom("", " ", "-", "_"), { minLength: 30, maxLength: 30 });
    const blind = fc.property(fc.constantFrom(...regionTable.keys()), gaps, fc.boolean(), (region, between, upper) => {
      const text = Array.from(upper ? region.toUpperCase() : region, (letter, index) => letter + between[index]).join(
        "",
      );
      return normalizeRegion(text) === region;
    });
    expect(() => fc.assert(blind)).not.toThrow();
  });
});
