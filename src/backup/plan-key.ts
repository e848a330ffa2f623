import { hashTags, sha256Of } from "../catalog/hashes.ts";
import type { KeyEntry } from "../catalog/entry.ts";
import { parseKeyBlobPath } from "../catalog/paths.ts";
import { startOfRun } from "../catalog/run-id.ts";
import type { Tier } from "../catalog/tiers.ts";
import { DAY_IN_MS } from "../ports/clock.ts";
import type { ListedKey } from "../ports/key-vault.ts";

/** `updated` has whole seconds and a vault's clock is not ours: a change this close to the backup may be missing in it. */
const settledInMs = 60_000;

export interface KeySituation {
  /** The key in the baseline, if that lies in `daily`, where this run may point at its backup. */
  readonly last: KeyEntry | undefined;
  /** False when the vault of the baseline is another one of the same name. */
  readonly sameVault: boolean;
  /** Longer tiers that hold no backup of the key for their period. */
  readonly dueTiers: readonly Exclude<Tier, "daily">[];
  readonly refreshDays: number;
  readonly runAt: Date;
}

export type BackUpReason =
  "every-run" | "no-backup" | "tier-due" | "other-vault" | "changed" | "too-fresh" | "refresh-due";

export type KeyDecision =
  | { readonly do: "skip" }
  | { readonly do: "keep"; readonly last: KeyEntry }
  | { readonly do: "back-up"; readonly tiers: readonly Tier[]; readonly because: BackUpReason };

/** What a run does about one listed key. Pure. */
export function planKey(key: ListedKey, situation: KeySituation): KeyDecision {
  if (key.managed) return { do: "skip" };
  const because = reasonToBackUp(key, situation);
  if (because === undefined && situation.last) return { do: "keep", last: situation.last };
  return { do: "back-up", tiers: [...situation.dueTiers, "daily"], because: because ?? "no-backup" };
}

function reasonToBackUp(key: ListedKey, situation: KeySituation): BackUpReason | undefined {
  const { last, refreshDays, runAt } = situation;
  if (refreshDays === 0) return "every-run";
  if (!last?.backup) return "no-backup";
  if (situation.dueTiers.length > 0) return "tier-due";
  if (!situation.sameVault) return "other-vault";
  if (!sameAttributes(key, last)) return "changed";
  if (Date.parse(last.updatedAt ?? "") > Date.parse(last.backup.takenAt) - settledInMs) return "too-fresh";
  return isRefreshDue(key.name, last.backup, refreshDays, runAt) ? "refresh-due" : undefined;
}

function sameAttributes(key: ListedKey, last: KeyEntry): boolean {
  return (
    last.versionsCertain === true &&
    key.updatedAt !== undefined &&
    key.updatedAt === last.updatedAt &&
    key.createdAt === last.createdAt &&
    key.enabled === last.enabled &&
    key.notBefore === last.notBefore &&
    key.expiresAt === last.expiresAt &&
    hashTags(key.tags) === last.tagsSha256
  );
}

/** Each key has its day in the refresh period, by a hash of its name, so that they are not all due on one night. */
function isRefreshDue(
  name: string,
  backup: { readonly path: string; readonly takenAt: string },
  refreshDays: number,
  runAt: Date,
): boolean {
  const ageInDays = (runAt.getTime() - Date.parse(backup.takenAt)) / DAY_IN_MS;
  if (ageInDays >= refreshDays || pointerAgeInDays(backup.path, runAt) > refreshDays) return true;
  const slot = Number.parseInt(sha256Of(name.toLowerCase()).slice(0, 8), 16) % refreshDays;
  return ageInDays >= 0.5 && Math.floor(runAt.getTime() / DAY_IN_MS) % refreshDays === slot;
}

/** Days between the run that stored the blob and this one. The blob is younger than that: it expires later. */
export function pointerAgeInDays(path: string, runAt: Date): number {
  const storedAt = startOfRun(parseKeyBlobPath(path)?.runId ?? "");
  return storedAt ? (runAt.getTime() - storedAt.getTime()) / DAY_IN_MS : Number.POSITIVE_INFINITY;
}
