import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snapshot, type Resource } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";
import { policies } from "./policies.ts";

type Change = (resources: Resource[]) => void;
const one = (resources: readonly Resource[], what: string, isIt: (r: Resource) => boolean): Resource => {
  const found = resources.find(isIt);
  if (found === undefined) throw new Error(`no ${what}`);
  return found;
};
const first = (resources: readonly Resource[], type: string, name = "") =>
  one(resources, `${type} ${name}`, (r) => r.type === type && r.name.includes(name));
const account = "Microsoft.Storage/storageAccounts";
const set =
  (type: string, change: (r: Resource) => void, name?: string): Change =>
  (all) =>
    change(first(all, type, name));
const drop =
  (type: string, name = ""): Change =>
  (all) =>
    void all.splice(all.indexOf(first(all, type, name)), 1);
const role = (all: readonly Resource[], name: string) =>
  one(all, name, (r) => r.properties?.roleName?.startsWith(name));
const assigned = (all: readonly Resource[], part: string) =>
  one(
    all,
    part,
    (r) => r.type.endsWith("/roleAssignments") && r.id.includes(part) && r.properties.principalId.includes("-backup'"),
  );

const containers = `${account}/blobServices/containers`;
const config = "Microsoft.Web/sites/config";
const rules = "Microsoft.Insights/scheduledQueryRules";
const dropAll =
  (type: string, part: string): Change =>
  (all) => {
    for (const r of all.filter((other) => other.type === type && other.id.includes(part)))
      all.splice(all.indexOf(r), 1);
  };
const restoreSignIn = (all: Resource[]): Resource =>
  first(
    all.filter((r) => r.name.endsWith("/authsettingsV2")),
    config,
    "-restore-",
  );
const expiry = (rule: string, action: "baseBlob" | "version"): Change =>
  set(`${account}/managementPolicies`, (r) => {
    const found = r.properties.policy.rules.find(({ name }: { name: string }) => name === rule);
    found.definition.actions[action].delete.daysAfterCreationGreaterThan -= 1;
  });

/** For every policy, changes each of which it must notice. */
const changes: Record<keyof typeof policies, readonly Change[]> = {
  "storage takes no shared key": [
    set(account, (r) => (r.properties.allowSharedKeyAccess = true)),
    set(account, (r) => delete r.properties.allowSharedKeyAccess, "kvbstore"),
  ],
  "storage has no public blob": [
    set(account, (r) => (r.properties.allowBlobPublicAccess = true)),
    set(containers, (r) => (r.properties.publicAccess = "Blob")),
  ],
  "storage speaks TLS 1.2 or newer only": [
    set(account, (r) => (r.properties.minimumTlsVersion = "TLS1_0")),
    set(account, (r) => (r.properties.supportsHttpsTrafficOnly = false)),
  ],
  "a store is in the hot tier, versioned and soft-deleting": [
    set(account, (r) => (r.properties.accessTier = "Cool"), "kvbstore"),
    set(`${account}/blobServices`, (r) => (r.properties.isVersioningEnabled = false), "kvbstore"),
    set(`${account}/blobServices`, (r) => (r.properties.deleteRetentionPolicy.enabled = false), "kvbstore"),
  ],
  "lifecycle is let through the firewall": [
    set(account, (r) => (r.properties.networkAcls.bypass = "None"), "kvbstore"),
  ],
  "every container of a store is immutable": [
    drop(`${containers}/immutabilityPolicies`),
    set(`${containers}/immutabilityPolicies`, (r) => (r.properties.immutabilityPeriodSinceCreationInDays = 7)),
    set(`${containers}/immutabilityPolicies`, (r) => (r.properties.allowProtectedAppendWrites = true)),
  ],
  "backups outlive the manifests that point at them": ["daily", "monthly", "yearly"].flatMap((tier) => [
    expiry(`${tier}-blobs`, "baseBlob"),
    expiry(`${tier}-blobs`, "version"),
  ]),
  "custom roles hold no more than they need": [
    (all) =>
      role(all, "Key Backup Blob Creator").properties.permissions[0].dataActions.push(`${containers}/blobs/delete`),
    (all) =>
      role(all, "Key Backup Operator").properties.permissions[0].dataActions.push(
        "Microsoft.KeyVault/vaults/keys/restore/action",
      ),
    (all) => role(all, "Key Backup Blob Reader").properties.permissions[0].actions.push("*"),
  ],
  "on stores and vaults only the custom roles are assigned": [
    (all) =>
      (assigned(all, "/containers/daily/").properties.roleDefinitionId = "/x/ba92f5b4-2d11-453d-a403-e96b0029c9fe"),
    (all) =>
      (assigned(all, "Microsoft.KeyVault").properties.roleDefinitionId = "/x/00482a5a-887f-4fb3-b363-3b7fe8e74483"),
  ],
  "elsewhere only what the host needs is assigned": [
    (all) => (assigned(all, "/components/").properties.roleDefinitionId = "/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"),
  ],
  "the backup identity can't restore, the restore identity can't back up": [
    (all) =>
      (assigned(all, "Microsoft.KeyVault").properties.roleDefinitionId =
        `/x/${role(all, "Key Restore Operator").name}`),
    (all) => (assigned(all, "Microsoft.KeyVault").properties.principalId = "[reference('id-restore')]"),
  ],
  "those who restore create in `restores` only": [
    (all) => (assigned(all, "/containers/daily/").properties.principalId = "[reference('id-restore')]"),
  ],
  "an app carries its own identity only": [
    set(
      "Microsoft.Web/sites",
      (r) => Object.assign(r.identity?.userAssignedIdentities ?? {}, { "/x/id-prod-westeurope-restore": {} }),
      "-backup-",
    ),
    set(
      "Microsoft.Web/sites",
      (r) => Object.assign(r, { identity: { userAssignedIdentities: { "/x/id-prod-westeurope-backup": {} } } }),
      "-restore-",
    ),
  ],
  "everything of a stamp is in its geography": [
    set(account, (r) => (r.location = "eastus")),
    set(rules, (r) => (r.location = "brazilsouth"), "guard-changed"),
    set(account, (r) => (r.location = "nowhere")),
    set("Microsoft.Resources/resourceGroups", (r) => delete r.tags),
  ],
  "geo-replication stays in the geography": [
    set(account, (r) => Object.assign(r, { location: "brazilsouth", sku: { name: "Standard_GZRS" } }), "kvbstore"),
    set(account, (r) => Object.assign(r, { location: "polandcentral", sku: { name: "Standard_RAGRS" } }), "kvbbac"),
  ],
  "no setting that Flex forbids": [
    "WEBSITE_RUN_FROM_PACKAGE",
    "FUNCTIONS_WORKER_RUNTIME",
    "TZ",
    "AzureWebJobsStorage",
  ].map((name) => set(config, (r) => (r.properties[name] = "1"), "appsettings")),
  "the program accepts its settings": [
    set(config, (r) => (r.properties.KEY_BACKUP_SCHEDULE = "0 0 2 * * 1"), "appsettings"),
  ],
  "admin endpoints are isolated, HTTPS is required": [
    set("Microsoft.Web/sites", (r) => delete r.properties.functionsRuntimeAdminIsolationEnabled),
    set("Microsoft.Web/sites", (r) => (r.properties.httpsOnly = false)),
  ],
  "a restore app requires Entra": [
    (all) => (restoreSignIn(all).properties.globalValidation.requireAuthentication = false),
    (all) => all.splice(all.indexOf(restoreSignIn(all)), 1),
  ],
  "every stamp has its alerts": [
    drop(rules, "vault-late"),
    drop(rules, "guard-changed"),
    set(rules, (r) => (r.properties.enabled = false), "no-manifest"),
  ],
  "every alert tells somebody: those with an address, and the action groups that were there": [
    set(rules, (r) => (r.properties.actions.actionGroups = []), "new-vault"),
    set(rules, (r) => r.properties.actions.actionGroups.pop(), "keys-failed"),
    set(rules, (r) => r.properties.actions.actionGroups.shift(), "keys-failed"),
    set("Microsoft.Insights/actionGroups", (r) => (r.properties.emailReceivers = [])),
    set("Microsoft.Insights/actionGroups", (r) => (r.properties.enabled = false)),
  ],
  "logs take no local authentication": [
    set("Microsoft.Insights/components", (r) => (r.properties.DisableLocalAuth = false)),
    set("Microsoft.OperationalInsights/workspaces", (r) => (r.properties.features.disableLocalAuth = false)),
  ],
  "every store, vault and subscription sends its log": [
    "/stkeybackupsus/blobServices/",
    "/vaults/kv-us-b/",
    "/vaults/kv-billing/",
    "/subscriptions/22222222-2222-2222-2222-222222222222/providers/Microsoft.Insights",
  ].map((part) => dropAll("Microsoft.Insights/diagnosticSettings", part)),
  "a store that is made has a delete lock": [drop("Microsoft.Authorization/locks")],
};

const samples = ["small", "three-geographies"] as const;
const snapshots = new Map<string, Resource[]>();
const predicted = (sample: (typeof samples)[number]): Resource[] => {
  const resources = snapshots.get(sample);
  if (resources === undefined) throw new Error(`no ${sample}`);
  return resources;
};

const bicep = new BicepServer();
afterAll(() => bicep.stop());

beforeAll(async () => {
  for (const sample of samples) snapshots.set(sample, await snapshot(bicep, `infra/samples/${sample}.bicepparam`));
});

describe.each(samples)("the %s sample", (sample) => {
  it.each(Object.entries(policies))("%s", (_name, policy) => {
    expect(policy(predicted(sample))).toEqual([]);
  });
});

const broken = Object.entries(policies).flatMap(([name, policy]) =>
  (new Map<string, readonly Change[]>(Object.entries(changes)).get(name) ?? []).map(
    (change, i) => [name, i + 1, policy, change] as const,
  ),
);

describe("a policy that is broken says so", () => {
  it("is shown of every policy", () => {
    expect(new Set(broken.map(([name]) => name)).size).toBe(Object.keys(policies).length);
  });

  it.each(broken)("%s (%i)", (_name, _number, policy, change) => {
    const resources = structuredClone(predicted("three-geographies"));
    change(resources);
    expect(policy(resources)).not.toEqual([]);
  });
});
