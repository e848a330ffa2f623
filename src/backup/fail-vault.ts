import type { CompletedLine } from "../catalog/completed-line.ts";
import type { KeyEntry } from "../catalog/entry.ts";
import type { VaultMessage } from "../catalog/vault-message.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Logger } from "../ports/logger.ts";
import { openAttempt, type Attempt } from "./attempt.ts";
import { carryAllOn } from "./carry-on.ts";
import type { BackupContext, VaultRun } from "./context.ts";
import { finishVault, type VaultFailure } from "./finish-vault.ts";
import { isForgotten } from "./gone-keys.ts";
import { failedEntry } from "./outcome-entries.ts";
import type { Settled } from "./settled.ts";
import { entryOfBlob, isCopy, readStoredEntry, storeEntry } from "./store-backup.ts";
import { isDone, isTooLate, openVaultRun } from "./vault-run.ts";

/**
 * Ends a vault that failed as a whole with a manifest that says what is true: the keys that this run stored, and the
 * baseline's, as failed, with the backups that they still have. Resolves to `undefined` when a twin ended it first.
 */
export async function failVault(attempt: Attempt, failure: VaultFailure): Promise<CompletedLine | undefined> {
  const { run, entries, settled, history } = attempt;
  attempt.run.logger.error(`${run.vault.host}: failed as a whole, ${failure.code}: ${failure.message}`);
  for (const [name, own] of settled.daily ?? []) {
    const stored = entries.has(name) ? undefined : await storedEntry(run, name, own);
    if (stored) entries.set(name, stored);
  }
  for (const [name, last] of history.baseline?.keys ?? []) {
    if (entries.has(name) || (last.deleted && isForgotten(last.deleted, run))) continue;
    const stays = last.outcome === "deleted" || last.outcome === "skipped";
    entries.set(name, stays ? last : failedEntry({ name: last.name }, last, failure));
  }
  for (const ofTier of Object.values(settled))
    for (const name of ofTier.keys())
      if (!entries.has(name)) entries.set(name, failedEntry({ name }, undefined, failure));
  await carryAllOn(attempt, () => false);
  return finishVault(attempt, failure);
}

/** What this run stored of a key; `undefined` where that is nothing, a copy without its entry, or damaged. */
async function storedEntry(run: VaultRun, name: string, { blob, hasEntry }: Settled): Promise<KeyEntry | undefined> {
  const entry = hasEntry ? await readStoredEntry(run, "daily", name) : undefined;
  if (entry || !blob || isCopy(blob, run)) return entry;
  try {
    return await storeEntry(
      run,
      "daily",
      await entryOfBlob(run, "daily", blob, { kind: "key", name, outcome: "backed-up" }),
    );
  } catch (error) {
    if (error instanceof KeyBackupError && error.code === "backup-damaged") return undefined;
    throw error;
  }
}

/** Gives up a vault whose deliveries are used up. */
export async function abandonVault(
  message: VaultMessage,
  context: BackupContext,
  logger: Logger,
): Promise<CompletedLine | undefined> {
  const run = await openVaultRun(message, context, logger);
  if ((await isDone(run)) || isTooLate(run)) return undefined;
  const attempt = await openAttempt(run, message.requestsPerSecond);
  const { vault, runId } = run;
  return failVault(
    attempt,
    new KeyBackupError("run-abandoned", `back up vault ${vault.host}: run ${runId} was given up`),
  );
}
