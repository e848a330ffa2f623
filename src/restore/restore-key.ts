import type { FoundPoint } from "../catalog/find-recovery-points.ts";
import type { KeyEntry } from "../catalog/entry.ts";
import type { Warning } from "../catalog/manifest.ts";
import { errorCodes } from "../errors/codes.ts";
import { KeyBackupError, toKeyBackupError } from "../errors/key-backup-error.ts";
import type { RestoredKey, RunRequest } from "./context.ts";
import { explainFailure } from "./explain-failure.ts";
import { describeTarget, judgeKey, type Judging } from "./judge-key.ts";
import type { OpenedTarget } from "./opened-target.ts";
import type { Refusal } from "./refusal.ts";
import type { NameState } from "./restore-facts.ts";
import { guardRestore } from "./restore-guard.ts";
import { sendRestore } from "./send-restore.ts";

export interface RestoringKeys extends Judging {
  readonly request: RunRequest;
  readonly warn: (warning: Warning) => void;
}

/** Restores one key, if the guard allows it. Whatever happens to it is told, and never stops the next. */
export async function restoreKey(found: FoundPoint, work: RestoringKeys): Promise<RestoredKey> {
  const { point } = found;
  const known = { name: point.entry.name, point, refusals: [], attempted: [] };
  try {
    const restored = await restoreJudged(found, work);
    const isThere = restored.outcome === "restored" || restored.outcome === "already-there";
    if (!isThere || work.request.rotationPolicy !== true) return restored;
    return { ...restored, rotationPolicy: await putBackPolicy(point.entry, work) };
  } catch (thrown) {
    const error = toKeyBackupError(thrown, `restore key "${known.name}"`);
    return { ...known, outcome: "failed", ...explainFailure(error, point, work.target) };
  }
}

async function restoreJudged(found: FoundPoint, work: RestoringKeys): Promise<RestoredKey> {
  const { point } = found;
  const verdict = await judgeKey(found, work);
  const { attempted } = verdict;
  const known = { name: point.entry.name, point, refusals: [], attempted };
  if (verdict.decision === "refused") return { ...known, outcome: "refused", refusals: verdict.refusals };
  if (verdict.decision === "already-there") return { ...known, outcome: "already-there", proof: verdict.proof };
  const sent = await sendRestore(point, verdict.bytes, work.opened, work.context.clock);
  if (sent.outcome === "failed")
    return { ...known, outcome: "failed", ...explainFailure(sent.error, point, work.target) };
  if (sent.outcome === "name-held")
    return { ...known, outcome: "refused", refusals: nameRefusals(found, sent.state, work) };
  const { proof } = sent;
  if (proof.proven) return { ...known, outcome: "restored", proof };
  const reason = `restore key "${known.name}": it was restored, and is not proven: ${proof.reason}`;
  return {
    ...known,
    outcome: "failed",
    proof,
    code: "restore-unproven",
    reason,
    hint: errorCodes["restore-unproven"].hint,
  };
}

/** The guard's own words for a name that is held. */
function nameRefusals({ point }: FoundPoint, state: NameState, { target, context }: RestoringKeys): readonly Refusal[] {
  const { regions, observedRegion } = context.settings;
  const { entry } = point;
  const backup = {
    keyName: entry.name,
    keyType: undefined,
    bytes: "sound",
    header: "unrecognised",
    breaks: [],
  } as const;
  const facts = describeTarget(target, undefined, state);
  const decision = guardRestore({ ...backup, source: undefined }, facts, {
    regions,
    observedRegion,
    attempt: ["source-unknown"],
  });
  return decision.allowed ? [] : decision.refusals;
}

/** A key works without its policy, so what goes wrong here is a warning. */
async function putBackPolicy(
  { name, rotationPolicy }: KeyEntry,
  { opened, warn }: { readonly opened: OpenedTarget; readonly warn: (warning: Warning) => void },
): Promise<"set" | "none-recorded" | "failed"> {
  if (!rotationPolicy) return "none-recorded";
  try {
    await opened.port().setRotationPolicy(name, rotationPolicy);
    return "set";
  } catch (error) {
    if (!(error instanceof KeyBackupError)) throw error;
    warn({
      code: "rotation-policy-not-set",
      message: `key "${name}" is there, without its rotation policy: ${error.message}. ${error.hint}`,
    });
    return "failed";
  }
}
