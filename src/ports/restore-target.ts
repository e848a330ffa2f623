import type { KeyVersion, LiveKey, RotationPolicy, VaultObservation } from "./key-vault.ts";

/** A key that is deleted and still holds its name. */
export interface DeletedKey {
  /** False under purge protection: the name stays taken until `purgesAt`. */
  readonly purgeable: boolean;
  readonly deletedAt?: string;
  readonly purgesAt?: string;
}

/**
 * One vault, restored to. Every call is paced, has a time limit and a bounded retry; what still fails throws a
 * `KeyBackupError` with a code that says why. Names compare without regard to case.
 */
export interface RestoreTarget {
  /** What the vault says of itself, by one small listing. Signs in as well, so that no later body meets the challenge. */
  observe(): Promise<VaultObservation>;
  /** Resolves to all versions, newest first; to none when the key does not exist. */
  listVersions(name: string): Promise<readonly KeyVersion[]>;
  /** Resolves to `undefined` when the vault has no such version. */
  getKeyVersion(name: string, version: string): Promise<LiveKey | undefined>;
  /** Resolves to `undefined` when no deleted key has the name. */
  findDeletedKey(name: string): Promise<DeletedKey | undefined>;
  /**
   * Restore Key. `name` is for messages: the bytes name the key. Since it is retried, `key-name-taken` may tell of an
   * earlier attempt's success, and any failure without an answer may hide one.
   */
  restoreKey(name: string, bytes: Uint8Array): Promise<LiveKey>;
  setRotationPolicy(name: string, policy: RotationPolicy): Promise<void>;
  /** How many requests were sent, retries and sign-in challenges included. */
  requestCount(): number;
}
