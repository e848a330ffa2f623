import type { Outcome } from "../catalog/entry.ts";
import { KeyBackupError, toKeyBackupError } from "../errors/key-backup-error.ts";
import { judgeObservedRegion } from "../geography/observed-region.ts";
import type { KeyPage, ListedKey } from "../ports/key-vault.ts";
import { dueTiers, isTimeUp, type Attempt } from "./attempt.ts";
import { backUpKey } from "./back-up-key.ts";
import { createBoundedWork } from "./bounded-work.ts";
import { createFailureStreak, mayPass, type FailureStreak } from "./failure-streak.ts";
import { skippedEntry, unchangedEntry } from "./outcome-entries.ts";
import { planKey, type KeyDecision } from "./plan-key.ts";
import { createProgress } from "./progress.ts";
import { isBegun } from "./settled.ts";

export interface FailedKey {
  readonly listed: ListedKey;
  readonly error: KeyBackupError;
}

/** What one pass over the vault's listing came to. */
export interface Pass {
  /** False when the time slice ended before the listing did. */
  readonly complete: boolean;
  /** By lower-case name, every key that the vault listed, or that this run stored before. */
  readonly seen: ReadonlySet<string>;
  readonly failed: ReadonlyMap<string, FailedKey>;
}

/**
 * Lists the vault and backs up what is due, at the same time and with a bound: memory holds the keys in flight and the
 * manifest, not the vault. One key's failure is data.
 * @throws KeyBackupError what hits the vault as a whole: a listing that fails, a region that may not be, a lasting fault.
 */
export async function backUpListedKeys(attempt: Attempt, mostInFlight: number): Promise<Pass> {
  const work = createBoundedWork(mostInFlight);
  const keys = createKeyWork(attempt);
  const seen = new Set<string>();
  const takeAll = async (): Promise<boolean> => {
    for await (const page of attempt.keyVault.listKeys()) {
      refuseWrongRegion(attempt, page);
      for (const key of page.keys) {
        if (isTimeUp(attempt)) return false;
        if (seen.has(key.name.toLowerCase())) continue;
        seen.add(key.name.toLowerCase());
        await keys.take(key, work.add);
      }
    }
    return true;
  };
  let complete: boolean;
  try {
    complete = await takeAll();
  } finally {
    await work.idle();
  }
  await work.done();
  if (complete) await keys.tryAgain();
  return { complete, seen, failed: keys.failed };
}

interface KeyWork {
  readonly failed: Map<string, FailedKey>;
  take(key: ListedKey, start: (task: () => Promise<void>) => Promise<void>): Promise<void>;
  tryAgain(): Promise<void>;
}

function createKeyWork(attempt: Attempt): KeyWork {
  const failed = new Map<string, FailedKey>();
  const streak = createFailureStreak();
  const tellProgress = createProgress(attempt, failed);
  const backUp = async (key: ListedKey, decision: Extract<KeyDecision, { do: "back-up" }>): Promise<void> => {
    const name = key.name.toLowerCase();
    try {
      attempt.entries.set(name, await backUpKey(attempt, key, decision.tiers));
      if (attempt.settled.daily?.get(name)?.hasEntry !== true) attempt.stored += 1;
      failed.delete(name);
      streak.succeeded();
    } catch (thrown) {
      const error = toKeyBackupError(thrown, `back up key "${key.name}"`);
      failed.set(name, { listed: key, error });
      streak.failed(error);
    }
    tellProgress();
  };
  return {
    failed,
    async take(key, start) {
      const decision = decide(attempt, key);
      const name = key.name.toLowerCase();
      if (decision.do === "skip") attempt.entries.set(name, skippedEntry(key, attempt.run));
      else if (decision.do === "keep") attempt.entries.set(name, unchangedEntry(decision.last));
      else if (streak.refusal) failed.set(name, { listed: key, error: notTried(streak.refusal) });
      else {
        throwFault(streak);
        await start(() => backUp(key, decision));
      }
    },
    /** Faults pass: what failed by one is tried once more, one after another, before the run calls it a failure. */
    async tryAgain() {
      for (const { listed, error } of failed.values()) {
        throwFault(streak);
        if (!mayPass(error.code) || isTimeUp(attempt)) continue;
        const decision = decide(attempt, listed);
        if (decision.do === "back-up") await backUp(listed, decision);
      }
      const all = [...failed.values()];
      const hasMore = [...attempt.entries.values()].some(({ outcome }) => isGood(outcome));
      if (!hasMore && all.length > 0 && all.every(({ error }) => mayPass(error.code))) throw all[0]?.error;
    },
  };
}

/** A vault with one key that is backed up, or unchanged, is not a vault in trouble. */
const isGood = (outcome: Outcome): boolean => outcome === "backed-up" || outcome === "unchanged";

function throwFault(streak: FailureStreak): void {
  if (streak.fault) throw streak.fault;
}

function notTried(cause: KeyBackupError): KeyBackupError {
  return new KeyBackupError("not-tried", `not tried, same cause: ${cause.message}`, { hint: cause.hint });
}

function decide(attempt: Attempt, key: ListedKey): KeyDecision {
  const { run, history, settled } = attempt;
  const name = key.name.toLowerCase();
  const decision = planKey(key, {
    last: history.baseline?.tier === "daily" ? history.baseline.keys.get(name) : undefined,
    sameVault: history.baseline?.head.vault.resourceId.toLowerCase() === run.vault.resourceId.toLowerCase(),
    dueTiers: dueTiers(attempt, name),
    refreshDays: run.context.settings.refreshDays,
    runAt: run.runAt,
  });
  const begun = isBegun(settled.daily?.get(name), run);
  return decision.do === "keep" && begun ? { do: "back-up", tiers: ["daily"], because: "every-run" } : decision;
}

/** Observed region first: each page says which region answered, the first one before any backup. */
function refuseWrongRegion(attempt: Attempt, { observed }: KeyPage): void {
  const { vault, context } = attempt.run;
  const { observedRegion: policy, regions: table } = context.settings;
  attempt.observed = {
    region: observed.region ?? attempt.observed.region,
    tenantId: observed.tenantId ?? attempt.observed.tenantId,
  };
  const verdict = judgeObservedRegion({ configured: vault.region, observed: observed.region, policy, table });
  if (!verdict.allowed) throw new KeyBackupError(verdict.code, `back up vault ${vault.host}: ${verdict.reason}`);
  if (!verdict.warning) return;
  attempt.warnings.add(
    verdict.warning,
    verdict.warning === "region-differs"
      ? `${vault.host} is configured in ${vault.region} and answers from ${observed.region ?? ""}, in the same geography`
      : `${vault.host} does not say which region answers: its geography rests on the configuration alone`,
  );
}
