import type { Call } from "./call.ts";
import type { Operation } from "./fault-rule.ts";
import { foreignToken, missingToken, ServiceError } from "./service-error.ts";

/** Permission and RBAC data action per operation. */
const needed: Readonly<Partial<Record<Operation, readonly [permission: string, action: string]>>> = {
  list: ["list", "keys/read"],
  listVersions: ["list", "keys/read"],
  listDeleted: ["list", "keys/read"],
  get: ["get", "keys/read"],
  getDeleted: ["get", "keys/read"],
  create: ["create", "keys/create/action"],
  import: ["import", "keys/import/action"],
  update: ["update", "keys/update/action"],
  delete: ["delete", "keys/delete"],
  backup: ["backup", "keys/backup/action"],
  restore: ["restore", "keys/restore/action"],
  recover: ["recover", "keys/recover/action"],
  purge: ["purge", "keys/purge/action"],
  rotate: ["rotate", "keys/rotate/action"],
  getRotationPolicy: ["rotationpolicy", "keyrotationpolicies/read"],
  updateRotationPolicy: ["rotationpolicy", "keyrotationpolicies/write"],
  sign: ["sign", "keys/sign/action"],
  verify: ["verify", "keys/verify/action"],
};

/** @throws ServiceError 401 without a bearer token, or with another than the configured one. */
export function checkToken(call: Call): void {
  const [, token] = /^Bearer +(\S+)$/i.exec(call.header("authorization") ?? "") ?? [];
  const expected = call.vault.shared.settings.token;
  if (token === undefined) throw missingToken();
  if (expected !== undefined && token !== expected) throw foreignToken(call.vault.settings.tenantId);
}

/** @throws ServiceError 403 ForbiddenByRbac, in the words of a vault with RBAC. */
export function checkPermission({ vault, op, name }: Call): void {
  const [permission, action] = needed[op] ?? [];
  if (permission === undefined || vault.permissions.has(permission)) return;
  throw forbidden(vault.settings, `Microsoft.KeyVault/vaults/${action}`, name);
}

function forbidden(settings: Call["vault"]["settings"], action: string, name: string): ServiceError {
  const { subscriptionId, resourceGroup, tenantId, name: vault, region } = settings;
  const resource = `/subscriptions/${subscriptionId}/resourcegroups/${resourceGroup}/providers/microsoft.keyvault/vaults/${vault}`;
  return new ServiceError(
    403,
    "Forbidden",
    [
      "Caller is not authorized to perform action on resource.",
      "If role assignments, deny assignments or role definitions were changed recently, please observe propagation time.",
      `Caller: ${caller(tenantId)}`,
      `Action: '${action}'`,
      `Resource: '${resource.toLowerCase()}${name === "" ? "" : `/keys/${name.toLowerCase()}`}'`,
      "Assignment: (not found)",
      "DenyAssignmentId: null",
      "DecisionReason: null ",
      `Vault: ${vault};location=${region}`,
      "",
    ].join("\r\n"),
    "ForbiddenByRbac",
  );
}

export function caller(tenantId: string): string {
  const oid = "00000000-0000-4000-8000-0000000000cc";
  return `appid=${oid};oid=${oid};iss=https://sts.windows.net/${tenantId}/`;
}
