import type { KeyEntry } from "../catalog/entry.ts";
import { enabledTiers, longerTiers, type Tier } from "../catalog/tiers.ts";
import type { KeyBackupError } from "../errors/key-backup-error.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import type { VaultRun } from "./context.ts";
import { readSettled, readSettledEntries, type SettledKeys } from "./settled.ts";
import { Warnings } from "./tallies.ts";
import { readVaultHistory, type VaultHistory } from "./vault-history.ts";

/** One delivery's work on a vault: what was found, and what is known so far. */
export interface Attempt {
  readonly run: VaultRun;
  readonly keyVault: KeyVault;
  /** Requests that the vault's client had made before this attempt. */
  readonly requestsBefore: number;
  readonly history: VaultHistory;
  /** What earlier attempts of this run stored, per tier, by lower-case key name. */
  readonly settled: Readonly<Partial<Record<Tier, SettledKeys>>>;
  /** The daily manifest as it grows, by lower-case key name. */
  readonly entries: Map<string, KeyEntry>;
  /** Per longer tier, the entries that this run stored there, by lower-case key name. */
  readonly tierEntries: Readonly<Record<Tier, Map<string, KeyEntry>>>;
  readonly warnings: Warnings;
  /** Tiers in which something could not be stored, with the first reason. */
  readonly tierFailures: Map<Tier, KeyBackupError>;
  /** Keys that this attempt stored, copies included. */
  stored: number;
  /** Keys that this run missed first. */
  keysGone: number;
  observed: { region: string | undefined; tenantId: string | undefined };
  /** No new key is taken after this instant, in ms since the epoch. */
  readonly deadline: number;
}

/** The share of the function's time limit in which new keys are taken: the rest is for those in flight. */
const shareOfTimeLimit = 0.8;

export async function openAttempt(run: VaultRun, requestsPerSecond: number): Promise<Attempt> {
  const { context, vault } = run;
  const startedAt = context.clock.now().getTime();
  const warnings = new Warnings();
  const history = await readVaultHistory(run);
  warnings.addAll([...run.warnings, ...history.warnings]);
  const settled: Partial<Record<Tier, SettledKeys>> = {};
  const tierEntries: Record<Tier, Map<string, KeyEntry>> = { yearly: new Map(), monthly: new Map(), daily: new Map() };
  for (const tier of enabledTiers(context.settings.keepDays)) {
    if (history.unavailable.has(tier)) continue;
    const ofTier = await readSettled(run, tier);
    settled[tier] = ofTier;
    if (tier !== "daily") tierEntries[tier] = await readSettledEntries(run, tier, ofTier);
  }
  const keyVault = context.openVault(vault, requestsPerSecond);
  return {
    run,
    keyVault,
    requestsBefore: keyVault.requestCount(),
    history,
    settled,
    entries: new Map(),
    tierEntries,
    warnings,
    tierFailures: new Map(history.unavailable),
    stored: 0,
    keysGone: 0,
    observed: { region: undefined, tenantId: undefined },
    deadline: startedAt + context.settings.functionTimeLimitInMs * shareOfTimeLimit,
  };
}

export function isTimeUp({ run, deadline }: Attempt): boolean {
  return run.context.clock.now().getTime() >= deadline;
}

/** The longer tiers that hold no backup of the key for their period. */
export function dueTiers({ run, history }: Attempt, name: string): readonly Exclude<Tier, "daily">[] {
  return longerTiers(run.context.settings.keepDays).filter(
    (tier) => !history.unavailable.has(tier) && history.held[tier]?.has(name) !== true,
  );
}
