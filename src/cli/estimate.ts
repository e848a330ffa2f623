/** What a run will ask of Key Vault and of the store, worked out before it. */
export interface VaultEstimate {
  readonly vault: string;
  /** Keys that would be backed up; those that a certificate owns can't be. */
  readonly keys: number;
  readonly keysOfCertificates: number;
  readonly calls: number;
  readonly requestsPerSecond: number;
  readonly minutes: number;
  readonly blobs: number;
}

export interface RunEstimate {
  readonly vaults: readonly VaultEstimate[];
  readonly calls: number;
  /** The vaults run side by side: this is the longest of them. */
  readonly minutes: number;
  readonly blobs: number;
  readonly costAtMostInUsd: number;
}

/** Versions, Backup Key, the key itself, its rotation policy. */
const callsPerKey = 4;
/** The backup, and the entry beside it. */
const blobsPerKey = 2;
/**
 * US dollars per 10,000, rounded up from the public price sheets: Key Vault operations (those with RSA keys over 2,048
 * bits and with EC keys cost most), and writes to a geo-replicated store. They differ by region and contract.
 */
export const assumedPrices = { keyVaultOperations: 0.15, writes: 0.15 } as const;

export interface CountedVault {
  readonly vault: string;
  readonly keys: number;
  readonly keysOfCertificates: number;
  /** Requests that listing the vault took. */
  readonly listCalls: number;
  readonly requestsPerSecond: number;
}

/** A run in which every key is backed up, into every tier: the first one, and with no refresh days nearly each one. */
export function estimateRun(vaults: readonly CountedVault[], tiers: number): RunEstimate {
  const estimates = vaults.map(({ vault, keys, keysOfCertificates, listCalls, requestsPerSecond }) => {
    const calls = listCalls + keys * callsPerKey;
    const blobs = tiers * (keys * blobsPerKey + 1);
    return {
      vault,
      keys,
      keysOfCertificates,
      calls,
      requestsPerSecond,
      minutes: calls / requestsPerSecond / 60,
      blobs,
    };
  });
  const calls = total(estimates.map((each) => each.calls));
  const blobs = total(estimates.map((each) => each.blobs));
  const { keyVaultOperations, writes } = assumedPrices;
  return {
    vaults: estimates,
    calls,
    minutes: Math.max(0, ...estimates.map(({ minutes }) => minutes)),
    blobs,
    costAtMostInUsd: (calls * keyVaultOperations + blobs * writes) / 10_000,
  };
}

const total = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);
