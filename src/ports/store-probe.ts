import type { KeyBackupError } from "../errors/key-backup-error.ts";

/** Asks a container whether this identity may create blobs in it, with a request that can't leave one behind. */
export interface StoreProbe {
  probeCreate(): Promise<CreateProbe>;
}

export interface CreateProbe {
  /** Why nothing could be created; absent when it could. */
  readonly refusal?: KeyBackupError;
  /** The store's clock when it answered, to the second; absent when nothing answered. */
  readonly serverAt?: Date;
}
