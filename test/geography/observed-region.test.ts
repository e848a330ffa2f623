import { describe, expect, it } from "vitest";
import { judgeObservedRegion } from "../../src/geography/observed-region.ts";
import { extendRegionTable, regionTable } from "../../src/geography/region-table.ts";

const judge = (configured: string, observed: string | undefined, policy: "warn" | "require", table = regionTable) =>
  judgeObservedRegion({ configured, observed, policy, table });

describe("judgeObservedRegion", () => {
  it.each(["warn", "require"] as const)("allows the configured region under %s", (policy) => {
    expect(judge("West Europe", "westeurope", policy)).toEqual({ allowed: true });
  });

  it.each([
    ["another region of the geography", "northeurope", "region-differs"],
    ["no region", undefined, "region-unverified"],
    ["an empty region", " ", "region-unverified"],
  ] as const)("warns of %s", (_case, observed, warning) => {
    expect(judge("westeurope", observed, "warn")).toEqual({ allowed: true, warning });
  });

  it.each([
    ["another region of the geography", "northeurope", "the vault answers from northeurope, westeurope is configured"],
    ["no region", undefined, "the vault does not say where it is; westeurope is configured"],
  ])("refuses %s where it is required", (_case, observed, reason) => {
    expect(judge("westeurope", observed, "require")).toEqual({
      allowed: false,
      code: "observed-region-unverified",
      reason,
    });
  });

  it.each([
    ["another geography", "francecentral", "westeurope is in the geography Europe, francecentral in France"],
    ["another cloud", "chinaeast", "westeurope is in the cloud AzureCloud, chinaeast in AzureChinaCloud"],
    ["a region that it does not know", "marsnorth", 'the region "marsnorth" is not in the table of regions'],
    ["two values", "westeurope, northeurope", 'the region "westeurope, northeurope" is not in the table of regions'],
  ])("refuses %s under either policy", (_case, observed, reason) => {
    const refusal = { allowed: false, code: "observed-region-differs", reason };
    expect(judge("westeurope", observed, "warn")).toEqual(refusal);
    expect(judge("westeurope", observed, "require")).toEqual(refusal);
  });

  it("follows an operator's own region", () => {
    const { table } = extendRegionTable({ finlandcentral: "Finland" });
    expect(judge("finlandcentral", "finlandcentral", "require", table)).toEqual({ allowed: true });
    expect(judge("finlandcentral", "finlandcentral", "warn")).toMatchObject({ allowed: false });
  });
});
