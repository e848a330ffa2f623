import { readBackupFacts, writeBackupFacts } from "../catalog/backup-facts.ts";
import { readBlobHeader } from "../catalog/blob-header.ts";
import { readEntryFile, writeEntryFile, type KeyEntry, type StoredBackup } from "../catalog/entry.ts";
import { sha256Of } from "../catalog/hashes.ts";
import { backupPath, entryPath } from "../catalog/paths.ts";
import type { Tier } from "../catalog/tiers.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { StoredBlob } from "../ports/backup-store.ts";
import type { VaultRun } from "./context.ts";

export interface OfferedBackup {
  readonly bytes: Uint8Array;
  readonly takenAt: string;
  /** All but where the backup is stored. */
  readonly entry: KeyEntry;
}

/**
 * Creates a backup and, right after it, its entry file. What is stored counts, never what was offered: after a lost
 * answer, a second delivery or a twin run, the entry that comes back describes the blob that was there first.
 */
export async function storeBackup(run: VaultRun, tier: Tier, offered: OfferedBackup): Promise<KeyEntry> {
  const { entry, bytes, takenAt } = offered;
  const path = backupPath(run.vault.host, run.runId, entry.name);
  const backup = { path, sha256: sha256Of(bytes), bytes: bytes.byteLength, takenAt, header: readBlobHeader(bytes) };
  const facts = writeBackupFacts({ ...run.vault, geography: run.store.geography }, entry, backup);
  const { outcome, blob } = await run.store.containers[tier].create(path, bytes, facts);
  const ours = outcome === "created" || blob.facts["sha256"] === backup.sha256;
  if (ours) return storeEntry(run, tier, { ...entry, backup });
  return (
    (await readStoredEntry(run, tier, entry.name)) ?? storeEntry(run, tier, await entryOfBlob(run, tier, blob, entry))
  );
}

/** Creates the entry file; resolves to the one that is stored, which may be a twin's. */
export async function storeEntry(run: VaultRun, tier: Tier, entry: KeyEntry): Promise<KeyEntry> {
  const { vault, store, runId } = run;
  const path = entryPath(vault.host, runId, entry.name);
  const { host, resourceId, region } = vault;
  const file = writeEntryFile({ runId, vault: { host, resourceId, region, geography: store.geography }, entry });
  const { outcome } = await store.containers[tier].create(path, file, { keyname: entry.name });
  return outcome === "created" ? entry : ((await readStoredEntry(run, tier, entry.name)) ?? entry);
}

/** The entry that this run stored for the key; `undefined` when it stored none, or none that can be read. */
export async function readStoredEntry(run: VaultRun, tier: Tier, key: string): Promise<KeyEntry | undefined> {
  const bytes = await run.store.containers[tier].read(entryPath(run.vault.host, run.runId, key));
  const file = bytes && readEntryFile(bytes);
  return file?.entry.name.toLowerCase() === key.toLowerCase() ? file.entry : undefined;
}

/** Older than the run by more than two clocks can differ: this run did not take these bytes, it copied them forward. */
export function isCopy({ facts }: StoredBlob, { runAt }: VaultRun): boolean {
  return Date.parse(facts["takenat"] ?? "") < runAt.getTime() - 60_000;
}

/** The entry of a stored blob that has none: from its metadata, and from what is known of the key where that agrees. */
export async function entryOfBlob(run: VaultRun, tier: Tier, blob: StoredBlob, known: KeyEntry): Promise<KeyEntry> {
  const stored = readBackupFacts(blob.facts);
  const bytes = await run.store.containers[tier].read(blob.path);
  if (!stored || !bytes || sha256Of(bytes) !== stored.sha256)
    throw new KeyBackupError("backup-damaged", `read ${tier}/${blob.path}: its bytes and its metadata do not agree`);
  const backup: StoredBackup = {
    path: blob.path,
    sha256: stored.sha256,
    bytes: blob.bytes,
    takenAt: stored.takenAt,
    header: readBlobHeader(bytes),
  };
  const agrees =
    stored.updatedAt === known.updatedAt &&
    stored.newestVersion === known.versions?.[0] &&
    stored.versionCount === known.versions?.length;
  if (agrees) {
    const { code: _code, reason: _reason, deleted: _deleted, ...facts } = known;
    return { ...facts, outcome: isCopy(blob, run) ? "unchanged" : "backed-up", backup };
  }
  return {
    kind: "key",
    name: stored.keyName,
    ...(isCopy(blob, run) ? copyStands(stored.keyName) : { outcome: "backed-up" as const }),
    ...(stored.updatedAt && { updatedAt: stored.updatedAt }),
    ...(stored.newestVersion && { versions: [stored.newestVersion] }),
    versionsCertain: false,
    ...(stored.thumbprint && { thumbprint: stored.thumbprint }),
    backup,
  };
}

/** A path is written once: where an attempt that was cut off has put a copy, this run can't put a new backup. */
function copyStands(name: string): Pick<KeyEntry, "outcome" | "code" | "reason"> {
  const reason = `key "${name}": its last backup was copied forward in this run; the next run takes a new one`;
  return { outcome: "failed", code: "not-tried", reason };
}

/** Reads a stored backup and checks it against the entry that names it. */
export async function readBackup(run: VaultRun, tier: Tier, backup: StoredBackup): Promise<Uint8Array> {
  const bytes = await run.store.containers[tier].read(backup.path);
  if (!bytes) throw new KeyBackupError("backup-missing", `read ${tier}/${backup.path}: nothing is stored there`);
  if (sha256Of(bytes) !== backup.sha256)
    throw new KeyBackupError("backup-damaged", `read ${tier}/${backup.path}: its SHA-256 is not the recorded one`);
  return bytes;
}
