import type { Warning } from "../catalog/manifest.ts";
import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Store, Vault } from "../catalog/store.ts";
import type { KeepDays, Tier } from "../catalog/tiers.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { RegionTable } from "../geography/region-table.ts";
import type { Clock } from "../ports/clock.ts";
import type { RestoreTarget } from "../ports/restore-target.ts";
import type { Proof } from "./proof.ts";
import type { PredictionCode, Refusal } from "./refusal.ts";

/** A vault that may be restored to. */
export interface TargetVault extends Vault {
  readonly sku: "standard" | "premium";
}

/** The replica of an `RA-` store, read instead of the store. */
export interface SecondaryStore {
  readonly store: Store;
  /** What was written later may be missing in it. `undefined` when the service does not tell. */
  readLastSyncAt(): Promise<Date | undefined>;
}

/** What the rules of a restore need from outside. */
export interface RestoreContext {
  readonly clock: Clock;
  readonly settings: {
    readonly keepDays: KeepDays;
    readonly observedRegion: "warn" | "require";
    readonly regions: RegionTable;
    readonly toolVersion: string;
  };
  readonly stores: readonly Store[];
  /** `undefined` for a store without a readable replica. */
  openSecondary(store: Store): SecondaryStore | undefined;
  /** Every configured vault, those with `backup: false` too. */
  readonly targets: readonly TargetVault[];
  openTarget(vault: TargetVault): RestoreTarget;
}

/** Which recovery points: the newest, unless told otherwise. */
export interface PointChoice {
  /** A vault's configured name, its host, or the name of a folder in a store: it may no longer exist. */
  readonly vault: string;
  /** Only what the store had by then. */
  readonly asOf?: Date | undefined;
  /** Only of this tier; of all of them unless told. */
  readonly tier?: Tier | undefined;
  /** Reads the replica of an `RA-` store. */
  readonly secondary?: boolean | undefined;
}

export interface RestoreRequest extends PointChoice {
  /** Names of keys, or every key that the vault had as of the recovery point. */
  readonly keys: readonly string[] | "all";
  /** Name or host of a configured vault. */
  readonly target: string;
  /** Predictions that are tried all the same. */
  readonly attempt?: readonly PredictionCode[] | undefined;
  readonly rotationPolicy?: boolean | undefined;
  /** More keys than this are refused before anything is done; no limit unless told. */
  readonly mostKeys?: number | undefined;
}

export interface RunRequest extends RestoreRequest {
  /** Must be the target vault's name. */
  readonly confirm: string;
  readonly requestedBy: string;
  /** No key is begun after so long. */
  readonly timeLimitInMs?: number | undefined;
  readonly onProgress?: ((key: RestoredKey, done: number, total: number) => void) | undefined;
}

/** What a plan says of one key. */
export interface PlannedKey {
  readonly name: string;
  /** `undecided`: what it takes to decide could not be read; `reason` says why. */
  readonly decision: "restore" | "already-there" | "refused" | "no-backup" | "undecided";
  readonly point?: RecoveryPoint;
  /** All that speaks against it; those that are attempted all the same are in `attempted`. */
  readonly refusals: readonly Refusal[];
  readonly attempted: readonly Refusal[];
  readonly proof?: Proof;
  /** Creation time of the oldest recovery point that shows the same newest version with the same thumbprint. */
  readonly thumbprintKnownSince?: Date;
  /** Why there is no backup, or no decision. */
  readonly reason?: string;
  readonly code?: ErrorCode;
}

export interface RestorePlan {
  readonly source: string;
  readonly target: TargetVault;
  /** `allowed`: nothing speaks against any key. `refused`: something does against every one. */
  readonly status: "allowed" | "partly-refused" | "refused";
  readonly keys: readonly PlannedKey[];
  readonly warnings: readonly Warning[];
  /** Of the replica that was read. */
  readonly lastSyncAt?: Date;
}

/** How it went with one key. */
export interface RestoredKey {
  readonly name: string;
  readonly outcome: "restored" | "already-there" | "refused" | "failed" | "not-reached";
  readonly point?: RecoveryPoint;
  readonly refusals: readonly Refusal[];
  readonly attempted: readonly Refusal[];
  readonly proof?: Proof;
  readonly code?: ErrorCode;
  readonly reason?: string;
  readonly hint?: string;
  /** Absent unless it was asked for. */
  readonly rotationPolicy?: "set" | "none-recorded" | "failed";
}

export interface RestoreCounts {
  readonly keys: number;
  readonly restored: number;
  readonly alreadyThere: number;
  readonly refused: number;
  readonly failed: number;
  readonly notReached: number;
}

export interface RestoreResult {
  readonly restoreId: string;
  readonly source: string;
  readonly target: TargetVault;
  /** `succeeded`: every key is there, proven. `refused`: nothing was restored, and no key failed otherwise. */
  readonly status: "succeeded" | "partial" | "failed" | "refused";
  readonly startedAt: Date;
  readonly finishedAt: Date;
  readonly counts: RestoreCounts;
  readonly keys: readonly RestoredKey[];
  readonly warnings: readonly Warning[];
  readonly lastSyncAt?: Date;
}
