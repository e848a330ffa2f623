import type { ErrorCode } from "../errors/codes.ts";
import { errorCodes } from "../errors/codes.ts";
import type { RestoreCounts, RestoredKey, RestoreResult } from "./context.ts";

export function countKeys(keys: readonly RestoredKey[]): RestoreCounts {
  const count = (outcome: RestoredKey["outcome"]): number => keys.filter((key) => key.outcome === outcome).length;
  return {
    keys: keys.length,
    restored: count("restored"),
    alreadyThere: count("already-there"),
    refused: count("refused"),
    failed: count("failed"),
    notReached: count("not-reached"),
  };
}

/** A restore of nothing has failed. */
export function statusOf({ keys, restored, alreadyThere, refused }: RestoreCounts): RestoreResult["status"] {
  const good = restored + alreadyThere;
  if (good === keys && keys > 0) return "succeeded";
  if (good > 0) return "partial";
  return refused === keys && keys > 0 ? "refused" : "failed";
}

const mostSameFailures = 20;

/** Why no further key is begun: time is up, or so many before it failed for one cause, and none got through. */
export function isOver(
  done: readonly RestoredKey[],
  isTimeUp: boolean,
): { readonly code?: ErrorCode; readonly reason: string; readonly hint?: string } | undefined {
  if (isTimeUp) return { reason: "the time of this call was up: ask again, and what is there already is passed over" };
  const failed = done.filter(({ outcome }) => outcome === "failed");
  const [code, ...others] = new Set(failed.map((key) => key.code));
  const isSame = code !== undefined && others.length === 0 && failed.length >= mostSameFailures;
  if (!isSame || done.some(({ outcome }) => outcome !== "failed" && outcome !== "not-reached")) return undefined;
  const { hint } = errorCodes["not-tried"];
  return { code: "not-tried", reason: `not tried: ${failed.length} keys before it failed with ${code}`, hint };
}
