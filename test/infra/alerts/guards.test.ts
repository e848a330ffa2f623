import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertNamed, firing, hoursAgo } from "./run-alert.ts";
import { BicepServer } from "../bicep-server.ts";
import { deployedQueries } from "./deployed-queries.ts";
import type { LogRow } from "./kusto/log-table.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

let deployed: Awaited<ReturnType<typeof deployedQueries>> = { alerts: [], items: [] };
beforeAll(async () => {
  deployed = await deployedQueries(bicep);
});

const TimeGenerated = hoursAgo(0.5);
const subscription = "/subscriptions/33333333-3333-3333-3333-333333333333";
const group = `${subscription}/resourceGroups/rg-vault-backups`;
const store = `${group}/providers/Microsoft.Storage/storageAccounts/stkeybackupsus`;
const another = `${group}/providers/Microsoft.Storage/storageAccounts/stkeybackupsus2`;
const company = "/providers/Microsoft.Management/managementGroups/mg-company";
const id = "6b1a7b1e-0000-4000-8000-000000000005";
const assigned = (scope: string): string => `${scope}/providers/Microsoft.Authorization/roleAssignments/${id}`;

const event = (OperationNameValue: string, resource: string, change: Partial<LogRow> = {}): LogRow => ({
  TimeGenerated,
  OperationNameValue,
  ActivityStatusValue: "Success",
  _ResourceId: resource.toLowerCase(),
  Caller: "somebody@example.com",
  ...change,
});

describe("guard-changed", () => {
  const changed = (row: LogRow) => firing(alertNamed(deployed.alerts, "prod-guard-changed"), { AzureActivity: [row] });
  const immutability = `${store}/blobServices/default/containers/daily/immutabilityPolicies/default`;
  const diagnostics = `${store}/blobServices/default/providers/Microsoft.Insights/diagnosticSettings/to-workspace`;
  const containers = "Microsoft.Storage/storageAccounts/blobServices/containers";

  it.each([
    ["lifecycle", "Microsoft.Storage/storageAccounts/managementPolicies/write", `${store}/managementPolicies/default`],
    [
      "lifecycle, gone",
      "MICROSOFT.STORAGE/STORAGEACCOUNTS/MANAGEMENTPOLICIES/DELETE",
      `${store}/managementPolicies/default`,
    ],
    ["immutability", `${containers}/immutabilityPolicies/write`, immutability],
    ["immutability, gone", `${containers}/immutabilityPolicies/delete`, immutability],
    ["immutability, locked", `${containers}/immutabilityPolicies/lock/action`, immutability],
    ["immutability, extended", `${containers}/immutabilityPolicies/extend/action`, immutability],
    ["legal hold, gone", `${containers}/clearLegalHold/action`, `${store}/blobServices/default/containers/daily`],
    ["a container, gone", `${containers}/delete`, `${store}/blobServices/default/containers/daily`],
    [
      "soft delete and versions",
      "Microsoft.Storage/storageAccounts/blobServices/write",
      `${store}/blobServices/default`,
    ],
    ["the account", "Microsoft.Storage/storageAccounts/write", store],
    ["the account, gone", "Microsoft.Storage/storageAccounts/delete", store],
    ["the account's keys made anew", "Microsoft.Storage/storageAccounts/regenerateKey/action", store],
    ["the lock, gone", "Microsoft.Authorization/locks/delete", `${store}/providers/Microsoft.Authorization/locks/keep`],
    [
      "a lock of the group, gone",
      "Microsoft.Authorization/locks/delete",
      `${group}/providers/Microsoft.Authorization/locks/keep`,
    ],
    ["a right on the store", "Microsoft.Authorization/roleAssignments/write", assigned(store)],
    ["a right on the store, gone", "Microsoft.Authorization/roleAssignments/delete", assigned(store)],
    [
      "a right on a container",
      "Microsoft.Authorization/roleAssignments/write",
      assigned(`${store}/blobServices/default/containers/daily`),
    ],
    ["a right on the group", "Microsoft.Authorization/roleAssignments/write", assigned(group)],
    ["a right on the subscription", "Microsoft.Authorization/roleAssignments/write", assigned(subscription)],
    [
      "a right that is taken up",
      "Microsoft.Authorization/roleAssignmentScheduleRequests/write",
      `${subscription}/providers/Microsoft.Authorization/roleAssignmentScheduleRequests/${id}`,
    ],
    [
      "a right that may be taken up",
      "Microsoft.Authorization/roleEligibilityScheduleRequests/write",
      `${subscription}/providers/Microsoft.Authorization/roleEligibilityScheduleRequests/${id}`,
    ],
    ["diagnostics", "Microsoft.Insights/diagnosticSettings/write", diagnostics],
    ["diagnostics, gone", "Microsoft.Insights/diagnosticSettings/delete", diagnostics],
    [
      "the export of the activity log, gone",
      "Microsoft.Insights/diagnosticSettings/delete",
      `${subscription}/providers/Microsoft.Insights/diagnosticSettings/to-workspace`,
    ],
  ])("%s", (_case, operation, resource) => {
    const shown = {
      TimeGenerated,
      operation: operation.toLowerCase(),
      target: resource.toLowerCase(),
      Caller: "somebody@example.com",
      CallerIpAddress: "",
    };
    expect(changed(event(operation, resource))).toEqual([shown]);
  });

  it("a role of ours, in whatever scope", () => {
    const role =
      /let roles = dynamic\(\["([\w-]+)"/.exec(alertNamed(deployed.alerts, "prod-guard-changed").query)?.[1] ?? "";
    const definition = (name: string) =>
      event(
        "Microsoft.Authorization/roleDefinitions/write",
        `/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/${name}`,
      );
    expect(changed(definition(role))).toHaveLength(1);
    expect(changed(definition(id))).toHaveLength(0);
  });

  // At a management group no subscription and no resource is named; what the event says of itself differs with its age.
  it.each([
    ["as its resource", { _ResourceId: assigned(company) }, true],
    [
      "as its entity",
      { _ResourceId: "", Properties_d: { entity: assigned(company), hierarchy: "tenant/mg-company" } },
      true,
    ],
    ["as its scope", { _ResourceId: "", Authorization_d: { scope: assigned(company) } }, true],
    [
      "as its entity, the group alone as its resource",
      { _ResourceId: company, Properties_d: { entity: assigned(company) } },
      true,
    ],
    [
      "of a group that nobody watches",
      { _ResourceId: "", Properties_d: { entity: assigned(company.replace("mg-company", "mg-else")) } },
      false,
    ],
    [
      "of a group whose name only begins so",
      { _ResourceId: "", Properties_d: { entity: assigned(`${company}-2`) } },
      false,
    ],
  ])("a right on a management group, told %s", (_case, change, fires) => {
    const rows = changed(
      event("MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE", "", { Hierarchy: "tenant/mg-company", ...change }),
    );
    expect(rows).toHaveLength(fires ? 1 : 0);
  });

  it("of the store, told only as its entity", () => {
    const row = event("Microsoft.Storage/storageAccounts/managementPolicies/write", "", {
      Properties_d: { entity: `${store}/managementPolicies/default` },
    });
    expect(changed(row)).toHaveLength(1);
  });

  it.each([
    [
      "a container made by a deployment",
      event(`${containers}/write`, `${store}/blobServices/default/containers/daily`),
    ],
    ["a look at the keys, which open nothing", event("Microsoft.Storage/storageAccounts/listKeys/action", store)],
    [
      "a change that is only begun",
      event("Microsoft.Storage/storageAccounts/write", store, { ActivityStatusValue: "Start" }),
    ],
    [
      "a change that failed",
      event("Microsoft.Storage/storageAccounts/write", store, { ActivityStatusValue: "Failure" }),
    ],
    ["a change of another account", event("Microsoft.Storage/storageAccounts/write", another)],
    ["a right on another account", event("Microsoft.Authorization/roleAssignments/write", assigned(another))],
    [
      "a right on another group",
      event("Microsoft.Authorization/roleAssignments/write", assigned(`${subscription}/resourceGroups/rg-else`)),
    ],
    [
      "a right on another subscription",
      event(
        "Microsoft.Authorization/roleAssignments/write",
        assigned("/subscriptions/99999999-9999-9999-9999-999999999999"),
      ),
    ],
    [
      "diagnostics of another account",
      event(
        "Microsoft.Insights/diagnosticSettings/write",
        `${another}/providers/Microsoft.Insights/diagnosticSettings/x`,
      ),
    ],
    ["another thing in the group", event("Microsoft.Web/sites/write", `${group}/providers/Microsoft.Web/sites/app`)],
    [
      "a tag on the store",
      event("Microsoft.Resources/tags/write", `${store}/providers/Microsoft.Resources/tags/default`),
    ],
    [
      "a change two hours ago, told then",
      event("Microsoft.Storage/storageAccounts/write", store, { TimeGenerated: hoursAgo(2) }),
    ],
  ])("is silent about %s", (_case, row) => {
    expect(changed(row)).toEqual([]);
  });
});

describe("new-vault", () => {
  const made = (name: string, change: Partial<LogRow> = {}, operation = "MICROSOFT.KEYVAULT/VAULTS/WRITE") =>
    firing(alertNamed(deployed.alerts, "prod-new-vault"), {
      AzureActivity: [
        event(operation, `${subscription}/resourceGroups/RG-New/providers/Microsoft.KeyVault/vaults/${name}`, change),
      ],
    });

  it("names a vault that no parameter names, and who made it", () => {
    expect(made("KV-Forgotten")).toEqual([
      {
        vault: "kv-forgotten",
        _ResourceId: `${subscription}/resourcegroups/rg-new/providers/microsoft.keyvault/vaults/kv-forgotten`,
        Caller: "somebody@example.com",
        changedAt: TimeGenerated,
      },
    ]);
  });

  it.each([
    ["a vault that is backed up", made.bind(undefined, "kv-shop-prod")],
    [
      "a vault that is backed up, in capitals",
      made.bind(undefined, "", { _ResourceId: `${group}/providers/Microsoft.KeyVault/vaults/KV-Shop-Prod` }),
    ],
    ["a vault that is listed as not to be backed up", made.bind(undefined, "kv-shop-restored")],
    ["a vault that was refused", made.bind(undefined, "kv-new", { ActivityStatusValue: "Failure" })],
    ["a vault that is deleted", made.bind(undefined, "kv-new", {}, "MICROSOFT.KEYVAULT/VAULTS/DELETE")],
    ["rights in a vault", made.bind(undefined, "kv-new", {}, "MICROSOFT.KEYVAULT/VAULTS/ACCESSPOLICIES/WRITE")],
  ])("is silent about %s", (_case, rows) => {
    expect(rows()).toEqual([]);
  });
});
