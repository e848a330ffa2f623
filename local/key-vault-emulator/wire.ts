import { type KeyRecord, type KeyVersion, newestOf, type RotationPolicy } from "./key-record.ts";
import type { DeletedKey } from "./vault-keys.ts";
import type { VaultState } from "./vault-state.ts";

export function keyId(vault: VaultState, name: string, version?: string): string {
  return `${vault.idOrigin}/keys/${name}${version === undefined ? "" : `/${version}`}`;
}

/** An item of the list of keys: no version in its id. */
export function keyItem(vault: VaultState, record: KeyRecord): Record<string, unknown> {
  return { kid: keyId(vault, record.name), ...common(vault, record, newestOf(record)) };
}

export function versionItem(vault: VaultState, record: KeyRecord, version: KeyVersion): Record<string, unknown> {
  return { kid: keyId(vault, record.name, version.id), ...common(vault, record, version) };
}

export function keyBundle(vault: VaultState, record: KeyRecord, version: KeyVersion): Record<string, unknown> {
  return {
    key: {
      kid: keyId(vault, record.name, version.id),
      kty: version.type,
      key_ops: version.operations,
      ...version.material.publicMembers(),
    },
    ...common(vault, record, version),
  };
}

export function deletedItem(vault: VaultState, deleted: DeletedKey): Record<string, unknown> {
  return { ...deletionFacts(vault, deleted), ...keyItem(vault, deleted.record) };
}

export function deletedBundle(vault: VaultState, deleted: DeletedKey): Record<string, unknown> {
  return { ...deletionFacts(vault, deleted), ...keyBundle(vault, deleted.record, newestOf(deleted.record)) };
}

/** Without a policy of its own a key shows the default: a notice, and no rotation. */
export function rotationPolicy(vault: VaultState, name: string, policy?: RotationPolicy): Record<string, unknown> {
  return {
    id: `${keyId(vault, name)}/rotationpolicy`,
    lifetimeActions: policy?.lifetimeActions ?? [{ trigger: { timeBeforeExpiry: "P30D" }, action: { type: "Notify" } }],
    attributes: policy?.attributes ?? {},
  };
}

function deletionFacts(vault: VaultState, { record, deletedAt, scheduledPurgeAt }: DeletedKey): object {
  return {
    recoveryId: `${vault.idOrigin}/deletedkeys/${record.name}`,
    deletedDate: deletedAt,
    scheduledPurgeDate: scheduledPurgeAt,
  };
}

/** As recorded: a certificate's key shows no `exportable`, but empty tags; another key without tags shows none. */
function common(vault: VaultState, record: KeyRecord, version: KeyVersion): Record<string, unknown> {
  const { softDeleteRetentionDays: days, purgeProtection } = vault.settings;
  const level = `${days === 90 ? "" : "Customized"}Recoverable${purgeProtection ? "" : "+Purgeable"}`;
  const tags = version.tags ?? (record.managed ? {} : undefined);
  return {
    attributes: {
      enabled: version.enabled,
      ...(version.notBefore === undefined ? {} : { nbf: version.notBefore }),
      ...(version.expires === undefined ? {} : { exp: version.expires }),
      created: version.created,
      updated: version.updated,
      recoveryLevel: level,
      recoverableDays: days,
      ...(record.managed ? {} : { exportable: version.exportable }),
    },
    ...(tags === undefined ? {} : { tags }),
    ...(record.managed ? { managed: true } : {}),
  };
}
