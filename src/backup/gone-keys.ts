import type { KeyEntry } from "../catalog/entry.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import { DAY_IN_MS } from "../ports/clock.ts";
import { dueTiers, isTimeUp, type Attempt } from "./attempt.ts";
import { backUpKey } from "./back-up-key.ts";
import type { Pass } from "./back-up-keys.ts";
import { createBoundedWork } from "./bounded-work.ts";
import type { VaultRun } from "./context.ts";
import { deletedEntry, failedEntry, skippedEntry } from "./outcome-entries.ts";
import { isBegun } from "./settled.ts";
import { isCopy } from "./store-backup.ts";

/**
 * Accounts for every key that the last manifest knew, or that this run stored, and that the vault did not list: a GET
 * tells a deleted key from an item that the listing dropped. Resolves to false when the time slice ended before.
 */
export async function accountForGoneKeys(attempt: Attempt, pass: Pass, mostInFlight: number): Promise<boolean> {
  const work = createBoundedWork(mostInFlight);
  for (const [name, last] of goneCandidates(attempt, pass)) {
    if (isTimeUp(attempt)) break;
    await work.add(() => accountForOne(attempt, name, last));
  }
  await work.done();
  return !isTimeUp(attempt);
}

/** By lower-case name, with what the baseline knew of the key. */
function goneCandidates(attempt: Attempt, { seen, failed }: Pass): ReadonlyMap<string, KeyEntry | undefined> {
  const known = attempt.history.baseline?.keys ?? new Map<string, KeyEntry>();
  const gone = new Map<string, KeyEntry | undefined>([...known].filter(([name]) => !seen.has(name)));
  for (const settled of Object.values(attempt.settled))
    for (const name of settled.keys()) if (!seen.has(name)) gone.set(name, known.get(name));
  for (const [name, { error }] of failed) if (error.code === "key-not-found") gone.set(name, known.get(name));
  return gone;
}

async function accountForOne(attempt: Attempt, name: string, last: KeyEntry | undefined): Promise<void> {
  const { run, entries } = attempt;
  try {
    if (hasStored(attempt, name)) {
      const key = { name: last?.name ?? name, enabled: true, managed: false, tags: {} };
      const entry = await backUpKey(attempt, key, [...dueTiers(attempt, name), "daily"]);
      entries.set(name, entry);
      if (entry.deleted?.since === run.runAt.toISOString()) attempt.keysGone += 1;
    } else if (last?.deleted) {
      if (!isForgotten(last.deleted, run)) entries.set(name, deletedEntry(name, last, run.runAt));
    } else await lookForKey(attempt, name, last);
  } catch (error) {
    if (!(error instanceof KeyBackupError)) throw error;
    entries.set(name, failedEntry({ name: last?.name ?? name }, last, error));
  }
}

/** Whether this run took a backup of the key, or settled it, before the vault stopped listing it. */
function hasStored({ run, settled, tierEntries }: Attempt, name: string): boolean {
  if (isBegun(settled.daily?.get(name), run)) return true;
  return (["yearly", "monthly"] as const).some((tier) => {
    const blob = settled[tier]?.get(name)?.blob;
    const outcome = tierEntries[tier].get(name)?.outcome ?? "backed-up";
    return blob !== undefined && !isCopy(blob, run) && outcome === "backed-up";
  });
}

/** A deleted key stays named in `daily` for the daily keep days. */
export function isForgotten(deleted: { readonly since: string }, { runAt, context }: VaultRun): boolean {
  return runAt.getTime() - Date.parse(deleted.since) > context.settings.keepDays.daily * DAY_IN_MS;
}

async function lookForKey(attempt: Attempt, name: string, last: KeyEntry | undefined): Promise<void> {
  const { run, entries, keyVault } = attempt;
  const live = await keyVault.getKey(last?.name ?? name);
  if (!live) {
    attempt.keysGone += 1;
    entries.set(name, deletedEntry(name, last, run.runAt));
  } else if (live.managed) entries.set(name, skippedEntry(live, run));
  else {
    entries.set(name, await backUpKey(attempt, live, [...dueTiers(attempt, name), "daily"]));
    attempt.stored += 1;
  }
}
