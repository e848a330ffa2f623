import type { KeyEntry } from "../catalog/entry.ts";
import { parseKeyBlobPath } from "../catalog/paths.ts";
import { longerTiers, longestPointerAgeInDays, type Tier } from "../catalog/tiers.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Attempt } from "./attempt.ts";
import { storeInLongerTier } from "./back-up-key.ts";
import { createBoundedWork } from "./bounded-work.ts";
import { pointerAgeInDays } from "./plan-key.ts";
import { readBackup, storeBackup } from "./store-backup.ts";

const mostCopies = 16;

/** Copies forward what has to be. Resolves to false when time was up before; what is copied stays copied. */
export async function carryAllOn(attempt: Attempt, isUp: () => boolean): Promise<boolean> {
  const from = attempt.history.baseline?.tier ?? "daily";
  const work = createBoundedWork(mostCopies);
  for (const [name, entry] of attempt.entries) {
    if (entry.outcome !== "failed" && entry.outcome !== "deleted") continue;
    if (isUp()) break;
    await work.add(async () => {
      attempt.entries.set(name, await carryOn(attempt, entry, isOfThisRun(attempt, entry) ? "daily" : from));
    });
  }
  await work.done();
  return !isUp();
}

function isOfThisRun({ run }: Attempt, { backup }: KeyEntry): boolean {
  return backup !== undefined && parseKeyBlobPath(backup.path)?.runId === run.runId;
}

/**
 * Copy forward: makes sure that the backup which `entry` points at outlives a manifest of this run. A backup that is too
 * old for that, or lies in another container, is read, checked and created again under this run's path. The last backup
 * of a deleted key is put into every longer tier as well, once.
 */
async function carryOn(attempt: Attempt, entry: KeyEntry, from: Tier): Promise<KeyEntry> {
  const { run } = attempt;
  if (!entry.backup) return entry;
  const missingIn = entry.deleted ? tiersToKeepIn(attempt, entry.deleted.keptIn) : [];
  const tooOld = pointerAgeInDays(entry.backup.path, run.runAt) > longestPointerAge(attempt);
  if (missingIn.length === 0 && from === "daily" && !tooOld) return entry;
  const { backup, ...rest } = entry;
  try {
    const bytes = await readBackup(run, from, backup);
    const offered = { bytes, takenAt: backup.takenAt };
    const keptIn = [...(entry.deleted?.keptIn ?? [])];
    for (const tier of missingIn)
      if (await storeInLongerTier(attempt, tier, { ...offered, entry: rest })) keptIn.push(tier);
    const carried: KeyEntry = { ...rest, ...(entry.deleted && { deleted: { ...entry.deleted, keptIn } }) };
    if (from === "daily" && !tooOld) return { ...carried, backup };
    const copied = await storeBackup(run, "daily", { ...offered, entry: carried });
    attempt.stored += 1;
    return copied;
  } catch (error) {
    const code = error instanceof KeyBackupError && error.code;
    if (code !== "backup-missing" && code !== "backup-damaged") throw error;
    attempt.warnings.add(code, `the last backup of key "${entry.name}" can't be carried on: ${String(error)}`);
    return { ...rest, backupLost: code };
  }
}

function tiersToKeepIn(attempt: Attempt, keptIn: readonly Tier[]): readonly Tier[] {
  const enabled = longerTiers(attempt.run.context.settings.keepDays);
  return enabled.filter((tier) => !keptIn.includes(tier) && !attempt.history.unavailable.has(tier));
}

function longestPointerAge({ run }: Attempt): number {
  return longestPointerAgeInDays("daily", run.context.settings.refreshDays);
}
