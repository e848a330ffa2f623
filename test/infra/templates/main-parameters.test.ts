import { readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import * as z from "zod";
import { predict, refusalOf, type Resource } from "../bicep.ts";
import { BicepServer, root } from "../bicep-server.ts";

let bicep: BicepServer | undefined;
afterEach(() => bicep?.stop());

const file = "infra/main.bicepparam";
const predicted = async (env: Readonly<Record<string, string>>) => predict((bicep = new BicepServer(env)), file);
const resourcesOf = async (env: Readonly<Record<string, string>>) => (await predicted(env)).predictedResources;
const settings = (resources: readonly Resource[], role = "backup"): Record<string, string> =>
  z
    .record(z.string(), z.string())
    .parse(resources.find((r) => r.name.includes(`-${role}-`) && r.name.endsWith("/appsettings"))?.properties);

const oneStamp = {
  AZURE_ENV_NAME: "prod",
  AZURE_LOCATION: "brazilsouth",
  AZURE_SUBSCRIPTION_ID: "11111111-1111-1111-1111-111111111111",
  KEY_BACKUP_GEOGRAPHY: "Brazil",
  KEY_BACKUP_VAULT_RESOURCE_GROUP: "rg-shop",
  KEY_BACKUP_VAULT_NAMES: "kv-shop-prod, kv-shop-test",
  KEY_BACKUP_ALERT_EMAILS: "a@example.com",
};

describe("main.bicepparam, which azd uses", () => {
  it("reads the variables that docs/deploy.md lists, and no other", () => {
    const textOf = (name: string) => readFileSync(path.join(root, name), "utf8");
    const [, section = ""] = /^## What azd reads\n([\s\S]*?)^## /m.exec(textOf("docs/deploy.md")) ?? [];
    const names = (text: string, pattern: RegExp) => new Set(Array.from(text.matchAll(pattern), ([, name]) => name));
    const listed = names(section, /`((?:AZURE|KEY_BACKUP)_[A-Z_]+)`/g);
    expect(names(textOf(file), /readEnvironmentVariable\(\s*'([A-Z_]+)'/g)).toEqual(listed);
  });

  it("makes one stamp of a few variables", async () => {
    const made = settings(await resourcesOf(oneStamp));
    expect(JSON.parse(made["KEY_BACKUP_VAULTS"] ?? "")).toEqual([
      {
        subscriptionId: oneStamp.AZURE_SUBSCRIPTION_ID,
        resourceGroup: "rg-shop",
        region: "brazilsouth",
        vaults: ["kv-shop-prod", "kv-shop-test"],
      },
    ]);
    expect(made).toMatchObject({ KEY_BACKUP_AUTH: "function-key", KEY_BACKUP_REFRESH_DAYS: "0" });
  });

  it("takes every other option from the environment too", async () => {
    const resources = await resourcesOf({
      ...oneStamp,
      KEY_BACKUP_CLIENT_ID: "55555555-5555-5555-5555-555555555555",
      KEY_BACKUP_DEPLOY_RESTORE: "true",
      KEY_BACKUP_NETWORK: "private",
      KEY_BACKUP_REFRESH_DAYS: "14",
      KEY_BACKUP_ALERT_EMAILS: "a@example.com, b@example.com,",
      KEY_BACKUP_RESTORE_OPERATORS_GROUP_ID: "44444444-4444-4444-4444-444444444444",
      KEY_BACKUP_ALLOWED_CLIENT_IDS: "66666666-6666-6666-6666-666666666666",
      KEY_BACKUP_RESTORE_ROTATION_POLICY: "true",
      KEY_BACKUP_SCHEDULE: "0 30 3 * * *",
      KEY_BACKUP_KEEP_DAYS: '{"daily":60,"monthly":500,"yearly":0}',
      KEY_BACKUP_LIMIT_SHARE: "0.1",
      KEY_BACKUP_OBSERVED_REGION: "require",
      KEY_BACKUP_EXTRA_REGIONS: '{"brazilwest3":"Brazil"}',
      KEY_BACKUP_VAULT_ACCESS: "accessPolicy",
      KEY_BACKUP_TARGET_VAULT_NAMES: "kv-shop-spare",
    });
    expect(settings(resources)).toMatchObject({
      KEY_BACKUP_SCHEDULE: "0 30 3 * * *",
      KEY_BACKUP_KEEP_DAYS: '{"daily":60,"monthly":500,"yearly":0}',
      KEY_BACKUP_LIMIT_SHARE: "0.1",
      KEY_BACKUP_OBSERVED_REGION: "require",
      KEY_BACKUP_EXTRA_REGIONS: '{"brazilwest3":"Brazil"}',
      KEY_BACKUP_VAULTS: expect.stringContaining('{"name":"kv-shop-spare","backup":false}'),
    });
    const policies = resources.filter((r) => r.type === "Microsoft.KeyVault/vaults/accessPolicies");
    expect(policies.map(({ name }) => name).toSorted()).toEqual([
      "kv-shop-prod/add",
      "kv-shop-spare/add",
      "kv-shop-test/add",
    ]);
    expect(JSON.stringify(policies)).toContain("setrotationpolicy");
    expect(JSON.stringify(resources)).toContain("66666666-6666-6666-6666-666666666666");
    expect(settings(resources)).toMatchObject({ KEY_BACKUP_AUTH: "entra", KEY_BACKUP_REFRESH_DAYS: "14" });
    expect(settings(resources, "restore")).toMatchObject({ KEY_BACKUP_ROLE: "restore" });
    expect(resources.filter((r) => r.type === "Microsoft.Network/virtualNetworks")).toHaveLength(1);
    const mails = resources.find((r) => r.type === "Microsoft.Insights/actionGroups")?.properties.emailReceivers;
    expect(mails).toMatchObject([{ emailAddress: "a@example.com" }, { emailAddress: "b@example.com" }]);
    expect(JSON.stringify(resources)).toContain("44444444-4444-4444-4444-444444444444");
  });

  it.each(["none", "unlocked", "locked"])(
    "says of the store that it makes whether it is to be locked: %s",
    async (mode) => {
      const { predictedResources, outputs } = await predicted({ ...oneStamp, KEY_BACKUP_WORM: mode });
      const [store] = predictedResources.filter((r) => r.tags?.["key-backup-worm"] !== undefined);
      expect(store?.type).toBe("Microsoft.Storage/storageAccounts");
      expect(store?.tags).toMatchObject({ "key-backup-worm": mode });
      expect(outputs["KEY_BACKUP_STORE_IDS"]).toEqual([store?.id]);
      expect(outputs["KEY_BACKUP_STORES_TO_LOCK"]).toEqual(mode === "locked" ? [store?.id] : []);
    },
  );

  it("tells existing action groups instead of addresses, and watches management groups", async () => {
    const pager =
      "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-ops/providers/Microsoft.Insights/actionGroups/pager";
    const resources = await resourcesOf({
      ...oneStamp,
      KEY_BACKUP_ALERT_EMAILS: "",
      KEY_BACKUP_ALERT_ACTION_GROUP_IDS: ` ${pager} ,${pager}2`,
      KEY_BACKUP_MANAGEMENT_GROUPS: "mg-Corp, mg-root",
    });
    const rules = resources.filter((r) => r.type === "Microsoft.Insights/scheduledQueryRules");
    expect(rules.length).toBeGreaterThan(8);
    for (const rule of rules) expect(rule.properties.actions.actionGroups).toEqual([pager, `${pager}2`]);
    expect(resources.filter((r) => r.type === "Microsoft.Insights/actionGroups")).toEqual([]);
    const watching = String(rules.find((r) => r.name.endsWith("guard-changed"))?.properties.criteria.allOf[0].query);
    for (const name of ["mg-corp", "mg-root"]) {
      expect(watching).toContain(`"/providers/microsoft.management/managementgroups/${name}"`);
    }
  });

  it("takes many stamps as JSON", async () => {
    const stamp = (geography: string, region: string) => ({
      geography,
      region,
      vaultGroups: [
        {
          subscriptionId: oneStamp.AZURE_SUBSCRIPTION_ID,
          resourceGroup: "rg",
          region,
          vaults: [{ name: `kv-${region}` }],
        },
      ],
    });
    const stamps = [stamp("Europe", "westeurope"), stamp("Switzerland", "switzerlandnorth")];
    const resources = await resourcesOf({ ...oneStamp, KEY_BACKUP_STAMPS: JSON.stringify(stamps) });
    const apps = resources.filter((r) => r.type === "Microsoft.Web/sites");
    expect(apps.map((app) => String(app.location)).toSorted()).toEqual(["switzerlandnorth", "westeurope"]);
  });

  it("is refused while nothing is set", async () => {
    bicep = new BicepServer({ AZURE_SUBSCRIPTION_ID: "", KEY_BACKUP_VAULT_RESOURCE_GROUP: "" });
    const refusal = await refusalOf(bicep, file);
    expect(refusal).toContain("subscriptionId");
    expect(refusal).toContain("resourceGroup: is empty");
    expect(refusal).toContain("alertEmails: is empty");
  });
});
