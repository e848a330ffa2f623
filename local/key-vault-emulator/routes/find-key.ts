import type { Call } from "../call.ts";
import { type KeyRecord, type KeyVersion, newestOf } from "../key-record.ts";
import { badParameter, beingDeleted, deletedButRecoverable, keyNotFound, ServiceError } from "../service-error.ts";

/** @throws ServiceError when the vault has no such live key. */
export function findKey({ vault, name }: Call): KeyRecord {
  const record = vault.keys.find(name);
  if (record === undefined) throw keyNotFound(name);
  return record;
}

/** The version that the call names, or the newest. */
export function findVersion(call: Call): { record: KeyRecord; version: KeyVersion } {
  const record = findKey(call);
  const version = call.version === "" ? newestOf(record) : record.versions.find(({ id }) => id === call.version);
  if (version === undefined) throw keyNotFound(`${call.name}/${call.version}`);
  return { record, version };
}

/** @throws ServiceError when a deleted key still holds the name. */
export function refuseDeletedName({ vault }: Call, name: string): void {
  if (vault.keys.isBeingDeleted(name)) throw beingDeleted(name);
  if (vault.keys.findDeleted(name)) throw deletedButRecoverable(name);
}

export function refuseHsmKey({ vault }: Call, types: readonly string[]): void {
  if (vault.settings.sku === "premium" || !types.some((type) => type.endsWith("-HSM"))) return;
  const status = vault.shared.settings.hsmIntoStandard;
  const message = "HSM-protected keys are not supported by a vault of the standard SKU.";
  throw status === 400 ? badParameter(message) : new ServiceError(403, "Forbidden", message);
}
