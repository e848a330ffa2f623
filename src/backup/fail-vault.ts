import type { CompletedLine } from "../catalog/completed-line.ts";
import type { VaultMessage } from "../catalog/vault-message.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Logger } from "../ports/logger.ts";
import { openAttempt, type Attempt } from "./attempt.ts";
import { carryAllOn } from "./carry-on.ts";
import type { BackupContext } from "./context.ts";
import { finishVault, type VaultFailure } from "./finish-vault.ts";
import { isForgotten } from "./gone-keys.ts";
import { failedEntry } from "./outcome-entries.ts";
import { entryOfBlob, readStoredEntry } from "./store-backup.ts";
import { isDone, openVaultRun } from "./vault-run.ts";

/**
 * Ends a vault that failed as a whole with a manifest that says what is true: the keys that this run stored, and the
 * baseline's, as failed, with the backups that they still have. Resolves to `undefined` when a twin ended it first.
 */
export async function failVault(attempt: Attempt, failure: VaultFailure): Promise<CompletedLine | undefined> {
  const { run, entries, settled, history } = attempt;
  attempt.run.logger.error(`${run.vault.host}: failed as a whole, ${failure.code}: ${failure.message}`);
  for (const [name, { blob, hasEntry }] of settled.daily ?? []) {
    if (entries.has(name)) continue;
    const known = { kind: "key", name, outcome: "backed-up" } as const;
    const entry = hasEntry ? await readStoredEntry(run, "daily", name) : undefined;
    const stored = entry ?? (blob && (await entryOfBlob(run, "daily", blob, known)));
    if (stored) entries.set(name, stored);
  }
  for (const [name, last] of history.baseline?.keys ?? []) {
    if (entries.has(name) || (last.deleted && isForgotten(last.deleted, run))) continue;
    const stays = last.outcome === "deleted" || last.outcome === "skipped";
    entries.set(name, stays ? last : failedEntry({ name: last.name }, last, failure));
  }
  await carryAllOn(attempt, () => false);
  return finishVault(attempt, failure);
}

/** Gives up a vault whose deliveries are used up. */
export async function abandonVault(
  message: VaultMessage,
  context: BackupContext,
  logger: Logger,
): Promise<CompletedLine | undefined> {
  const run = await openVaultRun(message, context, logger);
  if (await isDone(run)) return undefined;
  const attempt = await openAttempt(run, message.requestsPerSecond);
  const { vault, runId } = run;
  return failVault(
    attempt,
    new KeyBackupError("run-abandoned", `back up vault ${vault.host}: run ${runId} was given up`),
  );
}
