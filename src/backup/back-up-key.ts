import { thumbprintOf } from "../catalog/thumbprint.ts";
import type { KeyEntry } from "../catalog/entry.ts";
import type { Tier } from "../catalog/tiers.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { StoredBlob } from "../ports/backup-store.ts";
import type { ListedKey } from "../ports/key-vault.ts";
import type { Attempt } from "./attempt.ts";
import { entryOfBlob, isCopy, readBackup, readStoredEntry, storeBackup, type OfferedBackup } from "./store-backup.ts";
import { describeKey, takeBackup } from "./take-backup.ts";

/**
 * Backs up one key into its tiers, longest first, or goes on where an earlier attempt of this run was cut off: bytes
 * that it stored in one tier are copied to the next, so that Backup Key is called once a run.
 */
export async function backUpKey(attempt: Attempt, key: ListedKey, tiers: readonly Tier[]): Promise<KeyEntry> {
  const { run } = attempt;
  const name = key.name.toLowerCase();
  const begun = attempt.settled.daily?.get(name);
  if (begun?.hasEntry) {
    const entry = await readStoredEntry(run, "daily", name);
    if (entry) return entry;
  }
  const offered = await offeredBefore(attempt, key);
  const { bytes, takenAt, entry } = offered ?? (await takeAnew(attempt, key));
  for (const tier of tiers) if (tier !== "daily") await storeInLongerTier(attempt, tier, { bytes, takenAt, entry });
  return storeBackup(run, "daily", { bytes, takenAt, entry });
}

async function takeAnew(attempt: Attempt, key: ListedKey): Promise<OfferedBackup> {
  const taken = await takeBackup(attempt.keyVault, key, attempt.run.context.clock);
  attempt.warnings.addAll(taken.warnings);
  return taken;
}

/** A longer tier that can't take the backup is due again in the next run; the daily backup must not suffer. */
export async function storeInLongerTier(attempt: Attempt, tier: Tier, offered: OfferedBackup): Promise<boolean> {
  try {
    const entry = await storeBackup(attempt.run, tier, offered);
    attempt.tierEntries[tier].set(entry.name.toLowerCase(), entry);
    return true;
  } catch (error) {
    if (!(error instanceof KeyBackupError)) throw error;
    if (!attempt.tierFailures.has(tier)) attempt.tierFailures.set(tier, error);
    return false;
  }
}

/** What an earlier attempt of this run stored of the key, in any tier. */
async function offeredBefore(attempt: Attempt, key: ListedKey): Promise<OfferedBackup | undefined> {
  for (const tier of ["yearly", "monthly", "daily"] as const) {
    const { blob } = attempt.settled[tier]?.get(key.name.toLowerCase()) ?? {};
    if (!blob || isCopy(blob, attempt.run)) continue;
    const entry =
      (await readStoredEntry(attempt.run, tier, key.name)) ?? (await describeBlob(attempt, tier, blob, key));
    if (!entry.backup || entry.outcome !== "backed-up") continue;
    const { backup, ...rest } = entry;
    return { bytes: await readBackup(attempt.run, tier, backup), takenAt: backup.takenAt, entry: rest };
  }
  return undefined;
}

/** The entry of a blob whose writer died before it could store one. */
async function describeBlob(attempt: Attempt, tier: Tier, blob: StoredBlob, key: ListedKey): Promise<KeyEntry> {
  const { keyVault, run } = attempt;
  const versions = await keyVault.listVersions(key.name);
  const live = await keyVault.getKey(key.name);
  const policy = await keyVault.getRotationPolicy(key.name);
  const certain = live !== undefined && live.newestVersion === versions[0]?.id && hasThumbprint(blob, live.publicKey);
  return entryOfBlob(run, tier, blob, describeKey(live ?? key, { versions, live, policy: policy ?? null, certain }));
}

function hasThumbprint(blob: StoredBlob, publicKey: Readonly<Record<string, string>>): boolean {
  return blob.facts["thumbprint"] === thumbprintOf(publicKey);
}
