import { openBackup, sealBackup } from "../backup-blob.ts";
import type { Call, Route } from "../call.ts";
import { newestOf } from "../key-record.ts";
import { badParameter, keyDisabled, managedByKeyVault, restoreConflict, tooManyVersions } from "../service-error.ts";
import { keyBundle, keyId } from "../wire.ts";
import { findKey, refuseDeletedName, refuseHsmKey } from "./find-key.ts";

export const backupRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/keys/:name/backup",
    op: "backup",
    async handle(call) {
      const { disabledBackup, maxBackupVersions, tooManyVersions: whenTooMany } = call.vault.shared.settings;
      const record = findKey(call);
      if (record.managed) throw managedByKeyVault("backup");
      if (disabledBackup === "refuse" && !newestOf(record).enabled) throw keyDisabled("backup");
      if (record.versions.length > maxBackupVersions) {
        if (whenTooMany === "hang") return { status: 200, hang: true };
        throw tooManyVersions(record.name);
      }
      const blob = await sealBackup(record, call.vault.wrappingKeys, call.vault.marker);
      return { status: 200, body: { value: blob.toString("base64url") } };
    },
  },
  { method: "POST", path: "/keys/restore", op: "restore", handle: restore },
];

async function restore(call: Call): Promise<{ status: number; body: unknown }> {
  const { vault } = call;
  const { value } = await call.body();
  if (typeof value !== "string" || value === "") throw badParameter("Property 'value' is not specified.");
  const record = await openBackup(Buffer.from(value, "base64url"), vault.wrappingKeys, vault.shared.markers);
  refuseHsmKey(
    call,
    record.versions.map(({ type }) => type),
  );
  const newest = newestOf(record);
  refuseDeletedName(call, record.name);
  if (vault.keys.find(record.name) || vault.keys.isBeingPurged(record.name)) {
    throw restoreConflict(keyId(vault, record.name, newest.id));
  }
  vault.keys.add(record);
  return { status: 200, body: keyBundle(vault, record, newest) };
}
