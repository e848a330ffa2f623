import * as z from "zod";
import { readConfig } from "../../../src/config/read-config.ts";
import { regionTable } from "../../../src/geography/region-table.ts";
import type { Resource } from "../bicep.ts";
import { evaluate } from "../evaluate.ts";

/** Each policy gives what breaks it, in words; nothing means kept. */
export type Policy = (resources: readonly Resource[]) => string[];

const type = (resources: readonly Resource[], name: string) => resources.filter((r) => r.type === name);
const accounts = (resources: readonly Resource[]) => type(resources, "Microsoft.Storage/storageAccounts");
const stores = (resources: readonly Resource[]) => accounts(resources).filter((r) => r.name.startsWith("kvbstore"));
const broken = <T extends { readonly name: string }>(items: readonly T[], kept: (item: T) => boolean) =>
  items.filter((item) => !kept(item)).map((item) => item.name);
const settingsOf = (resources: readonly Resource[]) =>
  type(resources, "Microsoft.Web/sites/config").filter((r) => r.name.endsWith("/appsettings"));
const assignments = (resources: readonly Resource[]) => type(resources, "Microsoft.Authorization/roleAssignments");

const allowedActions: Readonly<Record<string, RegExp>> = {
  "Key Backup Operator": /vaults\/(keys\/(read|backup\/action)|keyrotationpolicies\/read)$/,
  "Key Restore Operator": /vaults\/(keys\/(read|restore\/action)|keyrotationpolicies\/write)$/,
  "Key Backup Blob Creator": /containers\/blobs\/(add\/action|read)$/,
  "Key Backup Blob Reader": /containers\/blobs\/read$/,
};
const hostRoles =
  /(b7e6dc6d-f1e8-4753-8033-0f276bb0955b|974c5e8b-45b9-4653-ba55-5f855dd0fb88|0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3|3913510d-42f4-4e42-8a64-420c390055eb)$/;

const roleOf = (resources: readonly Resource[], assignment: Resource): string => {
  const name = assignment.properties.roleDefinitionId.split("/").at(-1);
  const found = type(resources, "Microsoft.Authorization/roleDefinitions").find((r) => r.name === name);
  return found?.properties.roleName.replace(/ \(.*$/, "") ?? name;
};

const geographyTag = "key-backup-geography";
const geographyOf = (region = "") => regionTable.get(region)?.geography ?? undefined;
const groupOf = (resources: readonly Resource[], inside: Resource) =>
  resources.find((r) => r.type === "Microsoft.Resources/resourceGroups" && `${inside.id}/`.startsWith(`${r.id}/`));

const groupsSchema = z.array(
  z.object({
    subscriptionId: z.string(),
    resourceGroup: z.string(),
    vaults: z.array(z.union([z.string(), z.object({ name: z.string() })])),
  }),
);
const settingOf = (app: Resource, name: string): unknown => JSON.parse(String(evaluate(app.properties[name])));

/** The ids of what the settings of the apps name, and the subscriptions of those. */
const logged = (resources: readonly Resource[]): string[] => {
  const groups = settingsOf(resources).flatMap((app) => groupsSchema.parse(settingOf(app, "KEY_BACKUP_VAULTS")));
  const vaults = groups.flatMap((g) =>
    g.vaults.map(
      (v) =>
        `/subscriptions/${g.subscriptionId}/resourceGroups/${g.resourceGroup}/providers/Microsoft.KeyVault/vaults/${typeof v === "string" ? v : v.name}`,
    ),
  );
  // The accounts that rights are given on: one may exist already, in a group that nothing else tells of.
  const services = assignments(resources).flatMap(
    (r) => /^.*\/blobServices\/default(?=\/containers\/)/i.exec(r.id) ?? [],
  );
  const subscriptions = [...vaults, ...services].map((id) => id.split("/").slice(0, 3).join("/"));
  return [...new Set([...vaults, ...services, ...subscriptions])];
};

/** Settings that Flex Consumption forbids or ignores. */
const forbiddenOnFlex =
  /^(FUNCTIONS_WORKER_RUNTIME|FUNCTIONS_EXTENSION_VERSION|WEBSITE_(RUN_FROM_PACKAGE|CONTENT.*|NODE_DEFAULT_VERSION|TIME_ZONE|MAX_DYNAMIC.*)|SCM_DO_BUILD.*|ENABLE_ORYX_BUILD|TZ|AzureWebJobsStorage)$/;

const alerts = [
  "vault-late-1",
  "no-manifest",
  "keys-failed",
  "keys-gone",
  "unexpected-key-operation",
  "backup-read-by-others",
  "backup-deleted",
];

export const policies = {
  "storage takes no shared key": (all) => broken(accounts(all), (r) => r.properties.allowSharedKeyAccess === false),
  "storage has no public blob": (all) => [
    ...broken(accounts(all), (r) => r.properties.allowBlobPublicAccess === false),
    ...broken(
      type(all, "Microsoft.Storage/storageAccounts/blobServices/containers"),
      (r) => r.properties.publicAccess === "None",
    ),
  ],
  "storage speaks TLS 1.2 or newer only": (all) =>
    broken(
      accounts(all),
      (r) => r.properties.supportsHttpsTrafficOnly && /^TLS1_[23]$/.test(r.properties.minimumTlsVersion),
    ),
  "a store is in the hot tier, versioned and soft-deleting": (all) => [
    ...broken(stores(all), (r) => r.properties.accessTier === "Hot"),
    ...broken(
      type(all, "Microsoft.Storage/storageAccounts/blobServices").filter((r) => r.name.startsWith("kvbstore")),
      (r) => r.properties.isVersioningEnabled && r.properties.deleteRetentionPolicy.enabled,
    ),
  ],
  "lifecycle is let through the firewall": (all) =>
    broken(stores(all), (r) => r.properties.networkAcls.bypass === "AzureServices"),
  "every container of a store is immutable": (all) =>
    type(all, "Microsoft.Storage/storageAccounts/blobServices/containers")
      .filter((r) => r.name.startsWith("kvbstore"))
      .filter(
        (c) =>
          !all.some(
            (r) =>
              r.type.endsWith("/immutabilityPolicies") &&
              r.id.startsWith(`${c.id}/`) &&
              r.properties.immutabilityPeriodSinceCreationInDays >= 8 &&
              r.properties.allowProtectedAppendWrites === false,
          ),
      )
      .map((c) => c.name),
  "backups outlive the manifests that point at them": (all) => {
    const refreshDays = Math.max(7, ...settingsOf(all).map((app) => Number(app.properties.KEY_BACKUP_REFRESH_DAYS)));
    return type(all, "Microsoft.Storage/storageAccounts/managementPolicies").flatMap((policy) => {
      const days = Object.fromEntries(
        policy.properties.policy.rules.map((rule: Resource["properties"]) => [
          rule.name,
          Math.min(
            rule.definition.actions.baseBlob.delete.daysAfterCreationGreaterThan,
            rule.definition.actions.version.delete.daysAfterCreationGreaterThan,
          ),
        ]),
      ) as Record<string, number>;
      return Object.entries({ daily: refreshDays, monthly: 31, yearly: 366 })
        .filter(([tier]) => `${tier}-manifests` in days)
        .filter(([tier, age]) => !((days[`${tier}-blobs`] ?? 0) >= (days[`${tier}-manifests`] ?? 0) + age + 3))
        .map(([tier]) => `${policy.name} ${tier}`);
    });
  },
  "custom roles hold no more than they need": (all) =>
    type(all, "Microsoft.Authorization/roleDefinitions").flatMap((role) => {
      const allowed = allowedActions[role.properties.roleName.replace(/ \(.*$/, "")];
      return role.properties.permissions.flatMap((p: { actions: string[]; dataActions: string[] }) => [
        ...p.actions,
        ...p.dataActions.filter((action) => !allowed?.test(action)),
      ]);
    }),
  "on stores and vaults only the custom roles are assigned": (all) =>
    assignments(all)
      .filter((r) => /kvbstore|stkeybackups|Microsoft\.KeyVault/.test(r.id))
      .filter((r) => !(roleOf(all, r) in allowedActions))
      .map((r) => r.id),
  "elsewhere only what the host needs is assigned": (all) =>
    assignments(all)
      .filter((r) => !/kvbstore|stkeybackups|Microsoft\.KeyVault/.test(r.id))
      .filter((r) => !hostRoles.test(r.properties.roleDefinitionId))
      .map((r) => r.id),
  "the backup identity can't restore, the restore identity can't back up": (all) =>
    assignments(all)
      .filter((r) => {
        const backup = /-backup'/.test(r.properties.principalId);
        const role = roleOf(all, r);
        return backup ? role === "Key Restore Operator" : role === "Key Backup Operator";
      })
      .map((r) => r.id),
  "those who restore create in `restores` only": (all) =>
    assignments(all)
      .filter((r) => roleOf(all, r) === "Key Backup Blob Creator" && !/-backup'/.test(r.properties.principalId))
      .filter((r) => !r.id.includes("/containers/restores/"))
      .map((r) => r.id),
  "an app carries its own identity only": (all) =>
    type(all, "Microsoft.Web/sites")
      .filter((r) => {
        const role = r.name.includes("-restore-") ? "restore" : "backup";
        const carried = Object.keys(r.identity?.userAssignedIdentities ?? {});
        return carried.length !== 1 || !carried.every((id) => id.endsWith(`-${role}`));
      })
      .map((r) => r.name),
  "everything of a stamp is in its geography": (all) =>
    all
      .filter((r) => r.location !== undefined && r.location !== "global")
      .filter((r) => {
        const stated = r.tags?.[geographyTag] ?? groupOf(all, r)?.tags?.[geographyTag];
        return stated === undefined || stated !== geographyOf(r.location);
      })
      .map((r) => r.id),
  "geo-replication stays in the geography": (all) =>
    accounts(all)
      .filter((r) => r.sku?.name.includes("G"))
      .filter((r) => {
        const pair = regionTable.get(r.location ?? "")?.pairedRegion ?? undefined;
        return pair === undefined || geographyOf(pair) !== geographyOf(r.location);
      })
      .map((r) => r.name),
  "no setting that Flex forbids": (all) =>
    settingsOf(all).flatMap((r) => Object.keys(r.properties).filter((name) => forbiddenOnFlex.test(name))),
  "the program accepts its settings": (all) =>
    settingsOf(all).flatMap((r) => {
      const env = Object.fromEntries(
        Object.entries(r.properties).map(([name, value]) => [name, String(evaluate(value))]),
      );
      const result = readConfig({ ...env, WEBSITE_AUTH_ENABLED: "True" });
      return result.ok ? [] : result.problems.map((p) => `${r.name}: ${p.setting} ${p.message}`);
    }),
  "admin endpoints are isolated, HTTPS is required": (all) =>
    broken(
      type(all, "Microsoft.Web/sites"),
      (r) => r.properties.functionsRuntimeAdminIsolationEnabled === true && r.properties.httpsOnly === true,
    ),
  "a restore app requires Entra": (all) =>
    type(all, "Microsoft.Web/sites")
      .filter((app) => app.name.includes("-restore-"))
      .filter(
        (app) =>
          !all.some(
            (r) =>
              r.name === `${app.name}/authsettingsV2` && r.properties.globalValidation.requireAuthentication === true,
          ),
      )
      .map((app) => app.name),
  "every stamp has its alerts": (all) => {
    const rules = type(all, "Microsoft.Insights/scheduledQueryRules").filter((r) => r.properties.enabled === true);
    const missing = type(all, "Microsoft.OperationalInsights/workspaces").flatMap((w) =>
      alerts.map((id) => `${w.name.replace(/^log-/, "")}-${id}`).filter((name) => !rules.some((r) => r.name === name)),
    );
    return [...missing, ...["guard-changed", "new-vault"].filter((id) => !rules.some((r) => r.name.endsWith(id)))];
  },
  "every alert tells somebody: those with an address, and the action groups that were there": (all) => {
    const rules = type(all, "Microsoft.Insights/scheduledQueryRules");
    const made = type(all, "Microsoft.Insights/actionGroups");
    const toldBy = (rule: Resource): string[] => rule.properties.actions.actionGroups;
    const others = new Set(rules.flatMap(toldBy).filter((id) => !made.some((group) => group.id === id)));
    const mute = broken(
      made,
      (group) => group.properties.enabled === true && group.properties.emailReceivers.length > 0,
    );
    const untold = broken(rules, (rule) => {
      const own = made.filter((group) => groupOf(all, group) === groupOf(all, rule));
      const expected = [...own.map((group) => group.id), ...others];
      return expected.length > 0 && expected.every((id) => toldBy(rule).includes(id));
    });
    return [...mute, ...untold];
  },
  "logs take no local authentication": (all) => [
    ...broken(type(all, "Microsoft.OperationalInsights/workspaces"), (r) => r.properties.features.disableLocalAuth),
    ...broken(type(all, "Microsoft.Insights/components"), (r) => r.properties.DisableLocalAuth),
  ],
  "every store, vault and subscription sends its log": (all) => {
    const ids = new Set(
      type(all, "Microsoft.Insights/diagnosticSettings").map(
        (r) => r.id.toLowerCase().split("/providers/microsoft.insights/")[0],
      ),
    );
    return logged(all).filter((id) => !ids.has(id.toLowerCase()));
  },
  "a store that is made has a delete lock": (all) =>
    stores(all)
      .filter((s) => !all.some((r) => r.type === "Microsoft.Authorization/locks" && r.id.startsWith(`${s.id}/`)))
      .map((s) => s.name),
} satisfies Record<string, Policy>;
