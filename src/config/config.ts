import type { ErrorCode } from "../errors/codes.ts";
import type { ObservedRegionPolicy } from "../geography/observed-region.ts";
import type { RegionTable } from "../geography/region-table.ts";
import type { Replication } from "../geography/store-rule.ts";
import type { Problem } from "./problem.ts";
import type { Auth, Role } from "./registration.ts";

export interface VaultConfig {
  /** Lower case, as Key Vault compares names. */
  readonly name: string;
  /** Full host, lower case (`contoso.vault.azure.net`); in local mode the name. */
  readonly host: string;
  /** Without a slash at its end. */
  readonly url: string;
  readonly resourceId: string;
  /** Lower case. */
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly region: string;
  readonly sku: "standard" | "premium";
  /** `false` for a vault that is only restored to. */
  readonly backup: boolean;
}

export interface StoreConfig {
  /** Blob service, without a slash at its end; in local mode with the account as its path. */
  readonly url: string;
  readonly region: string;
  readonly replication: Replication;
  readonly geography: string;
  readonly cloud: string;
  /** Query of a shared access signature, without its question mark. Local mode only; a secret. */
  readonly sas?: string;
}

/** Days for which each tier keeps its manifests; 0 means that the tier is off. */
export interface KeepDays {
  readonly daily: number;
  readonly monthly: number;
  readonly yearly: number;
}

/** Why one vault is left out, while the others go on. */
export interface VaultProblem {
  readonly vault: string;
  readonly code: ErrorCode;
  readonly message: string;
}

export interface Config {
  readonly vaults: readonly VaultConfig[];
  readonly vaultProblems: readonly VaultProblem[];
  /** One for each geography. */
  readonly stores: readonly StoreConfig[];
  /** NCRONTAB, UTC. */
  readonly schedule: string;
  readonly role: Role;
  readonly auth: Auth;
  readonly keepDays: KeepDays;
  /** A key whose last backup is younger may be `unchanged`; 0 backs up every key in every run. */
  readonly refreshDays: number;
  /** Share of a vault's limit that a run may use, over 0 and up to 1. */
  readonly limitShare: number;
  readonly observedRegion: ObservedRegionPolicy;
  readonly regions: RegionTable;
  /** The region that the app runs in. */
  readonly appRegion?: string;
  /** Present in local mode. The token is sent to the vaults of this machine in place of a real one. */
  readonly local?: { readonly token: string };
  /** Client id of the managed identity. */
  readonly clientId?: string;
  readonly functionTimeLimitInMs: number;
}

export type ConfigResult =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly problems: readonly Problem[] };
