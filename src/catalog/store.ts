import type { BackupStore } from "../ports/backup-store.ts";
import type { Tier } from "./tiers.ts";

/** A storage account of one geography, container by container. */
export interface Store {
  readonly url: string;
  readonly region: string;
  readonly replication: string;
  readonly geography: string;
  readonly containers: Readonly<Record<Tier, BackupStore>>;
  readonly restores: BackupStore;
}

/** A vault as the configuration names it. */
export interface Vault {
  readonly name: string;
  /** Names the vault in paths and messages: its full host, or its configured name in local mode. */
  readonly host: string;
  readonly resourceId: string;
  readonly subscriptionId: string;
  readonly region: string;
}
