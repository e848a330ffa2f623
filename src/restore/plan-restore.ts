import type { FoundPoint } from "../catalog/find-recovery-points.ts";
import { toKeyBackupError } from "../errors/key-backup-error.ts";
import type { Logger } from "../ports/logger.ts";
import type { PlannedKey, RestoreContext, RestorePlan, RestoreRequest } from "./context.ts";
import { judgeKey, type Judging } from "./judge-key.ts";
import { prepareRestore } from "./prepare-restore.ts";

/** What a run would do, key by key, with every reason against it. Changes nothing. */
export async function planRestore(
  request: RestoreRequest,
  context: RestoreContext,
  logger: Logger,
): Promise<RestorePlan> {
  const prepared = await prepareRestore(request, context);
  const { source, target, opened, points, absent, lastSyncAt } = prepared;
  const keys: PlannedKey[] = absent.map(({ name, reason }) => ({
    name,
    decision: "no-backup",
    refusals: [],
    attempted: [],
    reason,
  }));
  for (const found of points) keys.push(await planKey(found, { target, opened, request, context }));
  const warnings = [...prepared.warnings, ...opened.warnings()];
  for (const { code, message } of warnings) logger.warn(`${code}: ${message}`);
  const status = statusOf(keys, request.keys === "all");
  return { source, target, status, keys: keys.toSorted(byName), warnings, ...(lastSyncAt && { lastSyncAt }) };
}

async function planKey(found: FoundPoint, judging: Judging): Promise<PlannedKey> {
  const { point, history } = found;
  const since = history.thumbprintKnownSince;
  const known = { name: point.entry.name, point, ...(since && { thumbprintKnownSince: since }) };
  try {
    const verdict = await judgeKey(found, judging);
    const { decision, attempted } = verdict;
    return {
      ...known,
      decision,
      attempted,
      refusals: decision === "refused" ? verdict.refusals : [],
      ...(decision === "already-there" && { proof: verdict.proof }),
    };
  } catch (thrown) {
    const { code, message } = toKeyBackupError(thrown, `plan the restore of key "${known.name}"`);
    return { ...known, decision: "undecided", refusals: [], attempted: [], code, reason: message };
  }
}

/** In a whole vault, keys that could never be backed up, or were deleted by then, leave the rest as it is. */
function statusOf(keys: readonly PlannedKey[], isWholeVault: boolean): RestorePlan["status"] {
  const relevant = keys.filter(({ decision }) => !isWholeVault || decision !== "no-backup");
  const good = relevant.filter(({ decision }) => decision === "restore" || decision === "already-there");
  if (good.length === 0) return "refused";
  return good.length === relevant.length ? "allowed" : "partly-refused";
}

const byName = (a: PlannedKey, b: PlannedKey): number => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);
