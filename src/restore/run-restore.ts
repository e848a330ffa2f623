import type { Warning } from "../catalog/manifest.ts";
import { formatRestoreLine, type RestoreLine } from "../catalog/restore-line.ts";
import { newRunId } from "../catalog/run-id.ts";
import { errorCodes } from "../errors/codes.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Logger } from "../ports/logger.ts";
import type { RestoreContext, RestoredKey, RestoreResult, RunRequest, TargetVault } from "./context.ts";
import { countKeys, isOver, statusOf } from "./outcome.ts";
import { needTarget, prepareRestore, type PreparedRestore } from "./prepare-restore.ts";
import { refusalText } from "./refusal.ts";
import { restoreKey } from "./restore-key.ts";
import { openRecords } from "./restore-records.ts";

/**
 * Restores keys one after another, goes on past one that fails, and proves each. One that was cut off is begun again: what
 * it restored is found already there.
 * @throws KeyBackupError before anything is done: `confirmation-differs`, `vault-not-configured`, `source-not-found`.
 */
export async function runRestore(request: RunRequest, context: RestoreContext, logger: Logger): Promise<RestoreResult> {
  const target = needTarget(request.target, context);
  requireConfirmation(request, target);
  const startedAt = context.clock.now();
  const restoreId = newRunId(startedAt);
  const warnings: Warning[] = [];
  const warn = (warning: Warning): void => {
    warnings.push(warning);
    logger.warn(`${warning.code}: ${warning.message}`);
  };
  const prepared = await prepareRestore(request, context);
  prepared.warnings.forEach(warn);
  const records = openRecords({ restoreId, startedAt, request, target, context, warn });
  await records.writeRequest(prepared);
  const keys = [
    ...absentKeys(request, prepared, warn),
    ...(await restoreAll(request, prepared, { context, logger, warn, startedAt })),
  ];
  prepared.opened.warnings().forEach(warn);
  const { source, lastSyncAt } = prepared;
  const finishedAt = context.clock.now();
  const counts = countKeys(keys);
  const status = statusOf(counts);
  const { requestedBy } = request;
  const line: RestoreLine = {
    restoreId,
    source,
    target: target.host,
    status,
    requestedBy,
    startedAt: startedAt.toISOString(),
    finishedAt: finishedAt.toISOString(),
    counts,
    attempted: once(keys.flatMap(({ attempted }) => attempted.map(({ code }) => code))),
    codes: once(keys.flatMap(({ code, refusals }) => [...(code ? [code] : []), ...refusals.map((each) => each.code)])),
    warnings: once(warnings.map(({ code }) => code)),
  };
  await records.writeResult(line, keys);
  if (status === "succeeded") logger.info(formatRestoreLine(line));
  else logger.error(formatRestoreLine(line));
  const ended = { restoreId, source, target, status, startedAt, finishedAt, counts, keys, warnings };
  return { ...ended, ...(lastSyncAt && { lastSyncAt }) };
}

function requireConfirmation({ confirm }: RunRequest, { name }: TargetVault): void {
  if (confirm.toLowerCase() === name.toLowerCase()) return;
  throw new KeyBackupError("confirmation-differs", `restore to vault "${name}": the confirmation is not its name`);
}

/** A key that was asked for by name fails; of a whole vault, what has no backup is told. */
function absentKeys(
  { keys }: RunRequest,
  { absent }: PreparedRestore,
  warn: (warning: Warning) => void,
): readonly RestoredKey[] {
  if (keys === "all") {
    for (const { name, reason } of absent) warn({ code: "no-backup", message: `key "${name}" is left out: ${reason}` });
    return [];
  }
  const code = "recovery-point-not-found";
  const { hint } = errorCodes[code];
  return absent.map(({ name, reason }) => ({
    name,
    outcome: "failed",
    refusals: [],
    attempted: [],
    code,
    reason: `restore key "${name}": ${reason}`,
    hint,
  }));
}

interface Work {
  readonly context: RestoreContext;
  readonly logger: Logger;
  readonly warn: (warning: Warning) => void;
  readonly startedAt: Date;
}

async function restoreAll(
  request: RunRequest,
  { points, target, opened }: PreparedRestore,
  { context, logger, warn, startedAt }: Work,
): Promise<readonly RestoredKey[]> {
  const { timeLimitInMs = Number.POSITIVE_INFINITY } = request;
  const keys: RestoredKey[] = [];
  for (const found of points) {
    const { point } = found;
    const over = isOver(keys, context.clock.now().getTime() - startedAt.getTime() >= timeLimitInMs);
    const key: RestoredKey = over
      ? { name: point.entry.name, outcome: "not-reached", point, refusals: [], attempted: [], ...over }
      : await restoreKey(found, { request, target, opened, context, warn });
    keys.push(key);
    tell(key, logger);
    request.onProgress?.(key, keys.length, points.length);
  }
  return keys;
}

function tell({ name, outcome, refusals, attempted, reason }: RestoredKey, logger: Logger): void {
  const tried = attempted.length > 0 ? ` (attempted: ${attempted.map(({ code }) => code).join(", ")})` : "";
  if (outcome === "restored" || outcome === "already-there") logger.info(`key "${name}": ${outcome}${tried}`);
  for (const refusal of refusals) logger.warn(`key "${name}": refused, ${refusal.code}: ${refusalText(refusal)}`);
  if (reason !== undefined) logger.warn(`key "${name}": ${outcome}${tried}: ${reason}`);
}

const once = (words: readonly string[]): string[] => [...new Set(words)].toSorted();
