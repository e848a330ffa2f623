import type { LoggedRequest } from "../local/key-vault-emulator/request-log.ts";
import { costOf } from "../local/key-vault-emulator/throttle.ts";
import { keyVaultLimits } from "../src/pacing/limits.ts";

export interface RequestTally {
  readonly all: number;
  /** Those that name a key: the vault's listing and its sign-in challenge do not. */
  readonly aboutKeys: number;
  /** Answered 429, as a share of all. */
  readonly throttledShare: number;
  /** What the admitted requests cost of the vault's limit, in requests of the cheapest kind. */
  readonly weight: number;
}

/** What the vault saw, by its own log. */
export function tally(requests: readonly LoggedRequest[]): RequestTally {
  const admitted = requests.filter(({ status }) => status !== 429 && status !== 401);
  return {
    all: requests.length,
    aboutKeys: requests.filter(({ key }) => key !== undefined).length,
    throttledShare: requests.filter(({ status }) => status === 429).length / Math.max(1, requests.length),
    weight: admitted.reduce((sum, { op }) => sum + costOf(op, undefined), 0),
  };
}

/** The share of the vault's documented limit that was used over `durationInMs`. */
export function shareOfLimit(weight: number, durationInMs: number): number {
  return weight / (keyVaultLimits.otherTransactions * (durationInMs / keyVaultLimits.windowInMs));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error("no values have no median");
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}
