import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { KeyEntry } from "./entry.ts";
import { sha256Of } from "./hashes.ts";
import type { Store } from "./store.ts";
import type { Tier } from "./tiers.ts";

/** The vault that a backup was taken from, as the manifest, the entry file or the blob's metadata tells it. */
export interface SourceVault {
  readonly host: string;
  readonly resourceId: string;
  readonly region: string;
  readonly geography: string;
}

/** A backup of a key, and what vouches for it. */
export interface RecoveryPoint {
  readonly store: Store;
  readonly tier: Tier;
  /** The vault's folder in the store: its lower-case host. */
  readonly vault: string;
  readonly runId: string;
  /** When the store created what names the backup: order and `asOf` go by it. */
  readonly createdAt: Date;
  /** `entry` and `metadata`: what is left where no manifest can be read. */
  readonly namedBy: "manifest" | "entry" | "metadata";
  /** With as much of the key as is known; always with its name. */
  readonly entry: KeyEntry;
  readonly backupPath: string;
  /** Absent where nothing recorded it: the bytes then can't be checked. */
  readonly sha256?: string;
  readonly source?: SourceVault;
}

/**
 * The bytes of Backup Key, their hash checked.
 * @throws KeyBackupError `backup-missing` or `backup-damaged`.
 */
export async function readBackupOf(point: RecoveryPoint): Promise<Uint8Array> {
  const { store, tier, backupPath, sha256 } = point;
  const bytes = await store.containers[tier].read(backupPath);
  if (!bytes) throw new KeyBackupError("backup-missing", `read ${tier}/${backupPath}: nothing is stored there`);
  if (sha256 !== undefined && sha256Of(bytes) !== sha256)
    throw new KeyBackupError("backup-damaged", `read ${tier}/${backupPath}: its SHA-256 is not the recorded one`);
  return bytes;
}
