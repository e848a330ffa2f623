import type { CompletedLine } from "../catalog/completed-line.ts";
import type { VaultMessage } from "../catalog/vault-message.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Logger } from "../ports/logger.ts";
import { isTimeUp, openAttempt, type Attempt } from "./attempt.ts";
import { backUpListedKeys, type Pass } from "./back-up-keys.ts";
import { carryAllOn } from "./carry-on.ts";
import type { BackupContext } from "./context.ts";
import { failVault } from "./fail-vault.ts";
import { finishVault } from "./finish-vault.ts";
import { accountForGoneKeys } from "./gone-keys.ts";
import { failedEntry } from "./outcome-entries.ts";
import { areManyGone } from "./tallies.ts";
import { isDone, isTooLate, openVaultRun } from "./vault-run.ts";

export type AttemptResult =
  /** Without a line when a twin wrote the manifest first, or when the run is too old to write one. */
  | { readonly outcome: "completed"; readonly line: CompletedLine | undefined }
  | { readonly outcome: "already-done" }
  | { readonly outcome: "continues"; readonly message: VaultMessage };

const mostIdleSlices = 3;

/**
 * Works on one vault of a run for at most one time slice: what earlier attempts stored is gone on from. Throwing leaves
 * the vault to a later delivery; refusals of the geography rule are final and end in a manifest that says so.
 */
export async function backUpVault(
  message: VaultMessage,
  context: BackupContext,
  logger: Logger,
): Promise<AttemptResult> {
  const run = await openVaultRun(message, context, logger);
  if (await isDone(run)) return { outcome: "already-done" };
  if (isTooLate(run)) return { outcome: "completed", line: undefined };
  logger.info(`${run.vault.host}: time slice ${message.slice} of run ${run.runId} begins`);
  const attempt = await openAttempt(run, message.requestsPerSecond);
  try {
    return await workOn(attempt, message);
  } catch (error) {
    if (!(error instanceof KeyBackupError) || !error.code.startsWith("observed-region-")) throw error;
    return { outcome: "completed", line: await failVault(attempt, error) };
  }
}

async function workOn(attempt: Attempt, message: VaultMessage): Promise<AttemptResult> {
  const mostInFlight = Math.min(40, Math.max(4, Math.ceil(message.requestsPerSecond / 5)));
  const pass = await backUpListedKeys(attempt, mostInFlight);
  const complete =
    pass.complete && (await accountForGoneKeys(attempt, pass, mostInFlight)) && (await settleRest(attempt, pass));
  if (!complete) return continueLater(attempt, message);
  warnOfGoneKeys(attempt);
  return { outcome: "completed", line: await finishVault(attempt) };
}

/** Gives every failed key its entry, and copies forward what would expire too soon. */
async function settleRest(attempt: Attempt, { failed }: Pass): Promise<boolean> {
  const { entries, history } = attempt;
  for (const [name, { listed, error }] of failed)
    if (!entries.has(name)) entries.set(name, failedEntry({ name, listed }, history.baseline?.keys.get(name), error));
  return carryAllOn(attempt, () => isTimeUp(attempt));
}

async function continueLater(attempt: Attempt, message: VaultMessage): Promise<AttemptResult> {
  const idleSlices = attempt.stored > 0 ? 0 : message.idleSlices + 1;
  const { run } = attempt;
  run.logger.info(`${run.vault.host}: time slice ${message.slice} ends with ${attempt.stored} keys stored; it goes on`);
  if (idleSlices < mostIdleSlices)
    return { outcome: "continues", message: { ...message, slice: message.slice + 1, idleSlices } };
  const error = new KeyBackupError(
    "no-progress",
    `back up vault ${run.vault.host}: ${idleSlices} slices stored nothing`,
  );
  return { outcome: "completed", line: await failVault(attempt, error) };
}

function warnOfGoneKeys({ history, keysGone, warnings }: Attempt): void {
  const known = [...(history.baseline?.keys.values() ?? [])].filter(({ outcome }) => outcome !== "deleted").length;
  if (areManyGone(keysGone, known))
    warnings.add("keys-gone", `${keysGone} of ${known} keys left the vault since the last run`);
}
