import type { KeyEntry } from "../catalog/entry.ts";
import type { Warning } from "../catalog/manifest.ts";
import type { Vault } from "../catalog/store.ts";
import type { VaultHealth } from "../catalog/vault-health.ts";
import type { KeyBackupError } from "../errors/key-backup-error.ts";

/** How a right was asked for: with a call that the service refuses, in one way or the other, before it does anything. */
export type Probe = "permitted" | KeyBackupError;

/** What the vault answered; nothing in it was changed and no key was backed up. */
export interface VaultFacts {
  readonly vault: Vault;
  readonly list: Probe;
  /** Keys of the first page of its listing: enough to know that there are some. */
  readonly keysSeen: number;
  readonly region: string | undefined;
  readonly tenantId: string | undefined;
  readonly get: Probe;
  readonly rotationPolicy: Probe;
  readonly backup: Probe;
  /** Absent unless it was asked for. */
  readonly restore?: Probe;
}

/** What the store knows of a vault. */
export interface HistoryFacts {
  readonly vault: Vault;
  readonly health: VaultHealth;
  readonly newest: NewestManifest | undefined;
  /** Manifests that could not be read, or that are not where or when they should be. */
  readonly warnings: readonly Warning[];
}

export interface NewestManifest {
  readonly runId: string;
  readonly status: string;
  readonly tenantId: string | undefined;
  readonly keys: readonly KeyEntry[];
}

export interface StoreFacts {
  readonly url: string;
  readonly region: string;
  readonly replication: string;
  readonly containers: readonly ContainerFacts[];
  /** How far this machine's clock is ahead of the store's; absent when the store does not tell. */
  readonly clockAheadInMs: number | undefined;
}

export interface ContainerFacts {
  readonly name: string;
  readonly read: Probe;
  readonly create: Probe;
}
