import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snapshot, type Resource } from "./bicep.ts";
import { BicepServer } from "./bicep-server.ts";
import { policies, type Policy } from "./policies.ts";

type Change = (resources: Resource[]) => void;
const first = (resources: Resource[], type: string, name = ""): Resource => {
  const found = resources.find((r) => r.type === type && r.name.includes(name));
  if (found === undefined) throw new Error(`no ${type} ${name}`);
  return found;
};
const account = "Microsoft.Storage/storageAccounts";
const set = (type: string, change: (r: Resource) => void, name?: string): Change => (all) => change(first(all, type, name));
const drop = (type: string, name = ""): Change => (all) => void all.splice(all.indexOf(first(all, type, name)), 1);
const role = (all: Resource[], name: string) => all.find((r) => r.properties?.roleName?.startsWith(name))!;
const assigned = (all: Resource[], part: string) =>
  all.find((r) => r.type.endsWith("/roleAssignments") && r.id.includes(part) && r.properties.principalId.includes("-backup'"))!;

/** For every policy, a change that it must notice. */
const changes: Record<keyof typeof policies, Change> = {
  "storage takes no shared key": set(account, (r) => (r.properties.allowSharedKeyAccess = true)),
  "storage has no public blob": set(`${account}/blobServices/containers`, (r) => (r.properties.publicAccess = "Blob")),
  "storage speaks TLS 1.2 or newer only": set(account, (r) => (r.properties.minimumTlsVersion = "TLS1_0")),
  "a store is in the hot tier, versioned and soft-deleting": set(account, (r) => (r.properties.accessTier = "Cool"), "kvbstore"),
  "lifecycle is let through the firewall": set(account, (r) => (r.properties.networkAcls.bypass = "None"), "kvbstore"),
  "every container of a store is immutable": drop(`${account}/blobServices/containers/immutabilityPolicies`),
  "backups outlive the manifests that point at them": set(`${account}/managementPolicies`, (r) => {
    r.properties.policy.rules.find((rule: { name: string }) => rule.name === "monthly-blobs").definition.actions.version.delete.daysAfterCreationGreaterThan = 430;
  }),
  "custom roles hold no more than they need": (all) =>
    role(all, "Key Backup Blob Creator").properties.permissions[0].dataActions.push("Microsoft.Storage/storageAccounts/blobServices/containers/blobs/delete"),
  "on stores and vaults only the custom roles are assigned": (all) => {
    assigned(all, "/containers/daily/").properties.roleDefinitionId = "/x/ba92f5b4-2d11-453d-a403-e96b0029c9fe";
  },
  "elsewhere only what the host needs is assigned": (all) => {
    assigned(all, "/components/").properties.roleDefinitionId = "/x/8e3af657-a8ff-443c-a75c-2fe8c4bcb635";
  },
  "the backup identity can't restore, the restore identity can't back up": (all) => {
    assigned(all, "Microsoft.KeyVault").properties.roleDefinitionId = `/x/${role(all, "Key Restore Operator").name}`;
  },
  "those who restore create in `restores` only": (all) => {
    assigned(all, "/containers/daily/").properties.principalId = "[reference('id-restore')]";
  },
  "an app carries its own identity only": set("Microsoft.Web/sites", (r) => {
    Object.assign(r.identity!.userAssignedIdentities!, { "/x/id-prod-westeurope-restore": {} });
  }, "-backup-"),
  "everything of a stamp is in its geography": set(account, (r) => Object.assign(r, { location: "eastus" })),
  "geo-replication stays in the geography": (all) => {
    const store = first(all, account, "kvbstore");
    Object.assign(store, { location: "brazilsouth", sku: { name: "Standard_GZRS" } });
  },
  "no setting that Flex forbids": set("Microsoft.Web/sites/config", (r) => (r.properties.WEBSITE_RUN_FROM_PACKAGE = "1"), "appsettings"),
  "the program accepts its settings": set("Microsoft.Web/sites/config", (r) => (r.properties.KEY_BACKUP_SCHEDULE = "0 0 2 * * 1"), "appsettings"),
  "admin endpoints are isolated, HTTPS is required": set("Microsoft.Web/sites", (r) => delete r.properties.functionsRuntimeAdminIsolationEnabled),
  "a restore app requires Entra": (all) => {
    const auth = all.find((r) => r.name.includes("-restore-") && r.name.endsWith("/authsettingsV2"))!;
    auth.properties.globalValidation.requireAuthentication = false;
  },
  "every stamp has its alerts, and somebody is told": drop("Microsoft.Insights/scheduledQueryRules", "vault-late"),
  "logs take no local authentication": set("Microsoft.Insights/components", (r) => (r.properties.DisableLocalAuth = false)),
  "stores, vaults and subscriptions send their logs": (all) => {
    for (const r of all.filter((one) => one.type.endsWith("/diagnosticSettings") && one.id.includes("blobServices"))) all.splice(all.indexOf(r), 1);
  },
  "a store that is made has a delete lock": drop("Microsoft.Authorization/locks"),
};

const samples = ["small", "three-geographies"] as const;
const predicted: Partial<Record<(typeof samples)[number], Resource[]>> = {};

const bicep = new BicepServer();
afterAll(() => bicep.stop());

beforeAll(async () => {
  for (const sample of samples) predicted[sample] = await snapshot(bicep, `infra/samples/${sample}.bicepparam`);
});

describe.each(samples)("the %s sample", (sample) => {
  it.each(Object.entries(policies))("%s", (_name, policy) => {
    expect(policy(predicted[sample]!)).toEqual([]);
  });
});

describe("a policy that is broken says so", () => {
  it.each(Object.entries<Policy>(policies))("%s", (name, policy) => {
    const resources = structuredClone(predicted["three-geographies"]!);
    const change = new Map<string, Change>(Object.entries(changes)).get(name);
    change?.(resources);
    expect(policy(resources)).not.toEqual([]);
  });
});
