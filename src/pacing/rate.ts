import { keyVaultLimits } from "./limits.ts";

export interface RateOptions {
  /** `KEY_BACKUP_LIMIT_SHARE`: above 0, at most 1. */
  readonly limitShare: number;
  /** How many vaults of one subscription and region the run works on at a time. */
  readonly vaultsOfSubscriptionAndRegion: number;
}

/** Requests a second for one vault; the rest of what it allows is left to the applications that use it. */
export function requestsPerSecond({ limitShare, vaultsOfSubscriptionAndRegion }: RateOptions): number {
  const { otherTransactions, windowInMs, vaultsPerSubscription } = keyVaultLimits;
  const perVault = otherTransactions / (windowInMs / 1000);
  return limitShare * perVault * Math.min(1, vaultsPerSubscription / Math.max(1, vaultsOfSubscriptionAndRegion));
}
