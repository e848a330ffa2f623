import type { PlannedKey, RestoredKey, RestorePlan, RestoreResult } from "../restore/context.ts";
import type { Proof } from "../restore/proof.ts";
import type { Refusal } from "../restore/refusal.ts";
import { sourceNotes } from "./notes.ts";
import { minuteText, oneLine, plural, table } from "./text.ts";

export function planText(plan: RestorePlan): string {
  const rows = plan.keys.map((key) => [
    key.name,
    key.decision,
    minuteText(key.point?.entry.backup?.takenAt),
    key.point && `${key.point.tier} ${key.point.runId}`,
    key.point?.entry.versions?.length,
    minuteText(key.thumbprintKnownSince),
  ]);
  const head = ["key", "decision", "backup taken", "recovery point", "versions", "thumbprint known since"];
  return [
    oneLine(`Plan: restore from ${plan.source} to ${plan.target.name} (${plan.target.region}). Nothing was changed.`),
    "",
    table(head, rows),
    ...plan.keys.flatMap(reasonsOf),
    ...sourceNotes(plan),
    "",
    verdict(plan),
  ].join("\n");
}

function verdict({ status, keys, target }: RestorePlan): string {
  const ready = keys.filter(({ decision }) => decision === "restore" || decision === "already-there").length;
  if (status === "refused") return "Refused: no key can be restored like this.";
  const run = `To do it, add  --run --confirm ${oneLine(target.name)}`;
  return status === "allowed" ? `Allowed. ${run}` : `${ready} of ${plural(keys.length, "key")} can be restored. ${run}`;
}

export function resultText(result: RestoreResult): string {
  const { restored, alreadyThere, refused, failed, notReached } = result.counts;
  const rows = result.keys.map((key) => [
    key.name,
    key.outcome,
    proofText(key.proof),
    key.rotationPolicy ?? "",
    key.code ?? key.refusals.map(({ code }) => code).join(", "),
  ]);
  return [
    oneLine(`Restore ${result.restoreId}: ${result.status}, from ${result.source} to ${result.target.name}`),
    "",
    table(["key", "outcome", "proof", "rotation policy", "code"], rows),
    ...result.keys.flatMap(reasonsOf),
    ...sourceNotes(result),
    "",
    `${restored} restored, ${alreadyThere} already there, ${refused} refused, ${failed} failed, ${notReached} not reached.`,
  ].join("\n");
}

function reasonsOf(key: PlannedKey | RestoredKey): readonly string[] {
  const hint = "hint" in key && key.hint ? [key.hint] : [];
  const reason = key.reason ? [[key.reason, ...hint].join(" ")] : [];
  const lines = [
    ...reason,
    ...key.refusals.map((refusal) => refusalLine(refusal, refusal.kind)),
    ...key.attempted.map((refusal) => refusalLine(refusal, "attempted all the same")),
  ];
  return lines.length === 0 ? [] : ["", `${oneLine(key.name)}:`, ...lines.map((line) => `  ${oneLine(line)}`)];
}

const refusalLine = ({ code, what, why, remedy }: Refusal, kind: string): string =>
  `${code} (${kind}): ${what} ${why} ${remedy}`;

function proofText(proof: Proof | undefined): string {
  if (!proof) return "";
  if (!proof.proven) return `not proven: ${proof.reason}`;
  return `proven, ${plural(proof.versions, "version")}${proof.newer ? ", newer ones too" : ""}`;
}
