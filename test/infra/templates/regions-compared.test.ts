import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BicepServer } from "../bicep-server.ts";
import { outputOf, templateOf, type Template } from "../template.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

const templates = new Map<string, Template>();
const template = (name: string): Template => {
  const found = templates.get(name);
  if (found === undefined) throw new Error(`no ${name}`);
  return found;
};
beforeAll(async () => {
  for (const name of ["vault-regions", "store-region", "stamp"]) {
    templates.set(name, await templateOf(bicep, `infra/modules/${name}.bicep`));
  }
});

describe("the region of a vault", () => {
  const compared = (said: string, location: string) =>
    outputOf(template("vault-regions"), "compared", {
      parameters: { vaultNames: ["kv-a", "kv-b"], region: said },
      reference: { location },
      index: 1,
    });

  it.each([
    ["westeurope", "westeurope"],
    ["westeurope", "West Europe"],
    ["West Europe", "westeurope"],
    ["East US 2", "eastus2"],
  ])("said to be %s may be %s", (said, location) => {
    expect(compared(said, location)).toBe("kv-b");
  });

  it.each([
    ["westeurope", "northeurope"],
    ["westeurope", "eastus"],
    ["eastus", "eastus2"],
    ["westeurope", ""],
  ])("said to be %s may not be %s", (said, location) => {
    const refused = `vaultGroups: kv-b is in ${location}, not in ${said} as the parameters say.`;
    expect(compared(said, location)).toEqual({ refused });
  });
});

describe("the region and replication of a store", () => {
  const compared = (output: string, account: { location: string; sku: { name: string } }) =>
    outputOf(template("store-region"), output, {
      parameters: { storeName: "stbackups", region: "brazilsouth", replication: "RA-GRS" },
      reference: account,
    });

  it.each(["brazilsouth", "Brazil South"])("may be %s and as said", (location) => {
    const account = { location, sku: { name: "Standard_RAGRS" } };
    expect(compared("comparedRegion", account)).toBe("brazilsouth");
    expect(compared("comparedSku", account)).toBe("Standard_RAGRS");
  });

  it.each([
    [
      "comparedRegion",
      { location: "eastus", sku: { name: "Standard_RAGRS" } },
      "store.region: stbackups is in eastus, not in brazilsouth",
    ],
    [
      "comparedSku",
      { location: "brazilsouth", sku: { name: "Standard_ZRS" } },
      "store.replication: stbackups is Standard_ZRS, not Standard_RAGRS",
    ],
    [
      "comparedSku",
      { location: "brazilsouth", sku: { name: "Standard_GRS" } },
      "store.replication: stbackups is Standard_GRS, not Standard_RAGRS",
    ],
  ])("may not be otherwise (%s)", (output, account, message) => {
    expect(compared(output, account)).toEqual({ refused: `${message} as the parameters say.` });
  });
});

describe("a stamp", () => {
  /** All that a resource waits for, directly or not. */
  const awaited = (name: string, seen = new Set<string>()): Set<string> => {
    for (const other of template("stamp").resources[name]?.dependsOn ?? []) {
      if (!seen.has(other)) awaited(other, seen.add(other));
    }
    return seen;
  };

  it("compares every vault group, whatever its access, and every store, made or existing", () => {
    const { vaultRegions, storeRegion } = template("stamp").resources;
    expect(vaultRegions?.copy?.count).toBe("[length(parameters('stamp').vaultGroups)]");
    const names = "[map(parameters('stamp').vaultGroups[copyIndex()].vaults, lambda('v', lambdaVariables('v').name))]";
    expect(vaultRegions).toHaveProperty("properties.parameters.vaultNames.value", names);
    expect([vaultRegions?.condition, storeRegion?.condition]).toEqual([undefined, undefined]);
  });

  it("gives no access, sends no log and makes no app before", () => {
    // What touches neither a vault nor what is in the store.
    const before = [
      "group",
      "storeGroup",
      "store",
      "storeRegion",
      "storeEndpoint",
      "vaultRegions",
      "monitoring",
      "identities",
      "network",
      "actions",
      "alerts",
    ];
    const after = Object.keys(template("stamp").resources).filter((name) => !before.includes(name));
    expect(after.toSorted()).toEqual(["functionApps", "storeAccess", "vaultAccess", "vaultEndpoints", "vaultLogs"]);
    const early = (names: readonly string[], check: string) => names.filter((name) => !awaited(name).has(check));
    expect(early(after, "vaultRegions")).toEqual([]);
    expect(early(["functionApps", "storeAccess", "storeEndpoint"], "storeRegion")).toEqual([]);
  });
});
