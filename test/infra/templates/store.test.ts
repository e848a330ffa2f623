import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { predict, refusalOf, snapshot, withFiles, type Resource } from "../bicep.ts";
import { BicepServer, root } from "../bicep-server.ts";
import { policies, type Policy } from "./policies.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

const sample = "infra/samples/store.bicepparam";
let resources: Resource[] = [];
beforeAll(async () => {
  resources = await snapshot(bicep, sample);
});

const ofAStore = Object.entries<Policy>(policies).filter(([name]) =>
  /stor(e|age)|container|outlive|geography/.test(name),
);

describe("a store by itself", () => {
  it.each(ofAStore.filter(([name]) => !name.includes("sends its log")))("keeps: %s", (_name, policy) => {
    expect(policy(resources)).toEqual([]);
  });

  it("has a container per tier and one for the records of restores", () => {
    const containers = resources.filter((r) => r.type === "Microsoft.Storage/storageAccounts/blobServices/containers");
    expect(containers.map((r) => String(r.name.split("/").at(-1))).toSorted()).toEqual([
      "daily",
      "monthly",
      "restores",
      "yearly",
    ]);
  });

  it("is replicated to the pair, which is in the geography, and gives nobody a right", () => {
    const accounts = resources.filter((r) => r.type === "Microsoft.Storage/storageAccounts");
    expect(accounts).toMatchObject([{ name: "kvbstoreexample", location: "eastus2", sku: { name: "Standard_GZRS" } }]);
    expect(resources.filter((r) => r.type === "Microsoft.Authorization/roleAssignments")).toEqual([]);
  });

  it.each(["unlocked", "locked"])("says whether it is to be locked: %s", async (mode) => {
    const text = `${readFileSync(path.join(root, sample), "utf8").replace("'../", "'ROOT/infra/")}\nparam worm = '${mode}'\n`;
    const made = await withFiles({ "worm.bicepparam": text }, async (folder) =>
      predict(bicep, path.join(folder, "worm.bicepparam")),
    );
    const [store] = made.predictedResources.filter((r) => r.type === "Microsoft.Storage/storageAccounts");
    expect(store?.tags).toMatchObject({ "key-backup-worm": mode, "key-backup-geography": "United States" });
    expect(made.outputs["KEY_BACKUP_STORES_TO_LOCK"]).toEqual(mode === "locked" ? [made.outputs["storeId"]] : []);
  });

  it.each([
    ["'eastus2'", "'westeurope'", "region: westeurope lies in Europe, not in United States"],
    ["'eastus2'", "'eastusx'", "region: eastusx is not a region"],
    [
      "'kvbstoreexample'",
      "'kvbstoreexample'\nparam keepDays = { daily: 3, monthly: 400, yearly: 2555 }",
      "keepDays.daily: 3 is too short",
    ],
    [
      "'kvbstoreexample'",
      "'kvbstoreexample'\nparam blobKeepDays = { yearly: 2555 }",
      "blobKeepDays.yearly: 2555 is too short",
    ],
    [
      "'United States'\nparam region = 'eastus2'",
      "'Brazil'\nparam region = 'brazilsouth'\nparam replication = 'GRS'",
      "replication: GRS in brazilsouth would copy backups to southcentralus",
    ],
  ])("refuses %s as %s", async (from, to, message) => {
    const text = readFileSync(path.join(root, sample), "utf8").replace("'../", "'ROOT/infra/");
    expect(text).toContain(from);
    const refusal = await withFiles({ "bad.bicepparam": text.replace(from, to) }, async (folder) =>
      refusalOf(bicep, path.join(folder, "bad.bicepparam")),
    );
    expect(refusal).toContain(message);
  });
});
