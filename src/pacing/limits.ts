/**
 * What Azure Key Vault allows, per vault and region, in any 10 seconds.
 * Source: learn.microsoft.com/azure/key-vault/general/service-limits (read 2025-07).
 */
export const keyVaultLimits = {
  windowInMs: 10_000,
  /** "All other transactions", of which list, get and backup are: a figure of their own is not documented. */
  otherTransactions: 4000,
  /** A subscription's ceiling in one region, in vaults' worth. */
  vaultsPerSubscription: 5,
} as const;
