import type { Warning } from "../catalog/manifest.ts";
import type { Plan } from "../catalog/plan.ts";
import type { Store, Vault } from "../catalog/store.ts";
import type { KeepDays } from "../catalog/tiers.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { RegionTable } from "../geography/region-table.ts";
import type { Clock } from "../ports/clock.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import type { Logger } from "../ports/logger.ts";

export interface BackupSettings {
  readonly keepDays: KeepDays;
  /** 0: every key is backed up in every run. */
  readonly refreshDays: number;
  readonly observedRegion: "warn" | "require";
  readonly regions: RegionTable;
  readonly toolVersion: string;
  /** After this long the host ends a function: an attempt stops taking keys well before. */
  readonly functionTimeLimitInMs: number;
}

/** A vault that can't be backed up as it is configured, and why. It never stops another. */
export interface VaultProblem {
  readonly vault: string;
  readonly code: ErrorCode;
  readonly message: string;
}

/** What the rules of a backup need from outside. */
export interface BackupContext {
  readonly clock: Clock;
  readonly settings: BackupSettings;
  readonly stores: readonly Store[];
  /** Each with the store of its geography. */
  readonly vaults: readonly VaultInStore[];
  readonly vaultProblems: readonly VaultProblem[];
  /** The share of a vault's limit that a run may use, in requests a second, given how many vaults share a ceiling. */
  requestsPerSecond(vaultsOfSubscriptionAndRegion: number): number;
  openVault(vault: Vault, requestsPerSecond: number): KeyVault;
}

export interface VaultInStore {
  readonly vault: Vault;
  readonly store: Store;
  /** What the geography rule allows but an operator should know. */
  readonly warnings: readonly Warning[];
}

/** One vault in one run, as an attempt works on it. */
export interface VaultRun extends VaultInStore {
  readonly runId: string;
  /** The instant in the run's id: ages and periods count from it. */
  readonly runAt: Date;
  readonly plan: Plan;
  readonly context: BackupContext;
  readonly logger: Logger;
}
