/** Metadata of a blob: ASCII values, names of lower-case letters and digits, at most 4 KB in all. */
export type BlobFacts = Readonly<Record<string, string>>;

/** What is stored at a path. */
export interface StoredBlob {
  readonly path: string;
  readonly bytes: number;
  /** When the store created it (its clock, not ours). */
  readonly createdAt: Date;
  readonly facts: BlobFacts;
}

export interface CreateResult {
  /** `exists`: something was stored there before. `blob` then tells of that, not of what was offered. */
  readonly outcome: "created" | "exists";
  readonly blob: StoredBlob;
}

/**
 * One container of a store, written once: nothing in this interface changes or deletes a blob.
 * Failures throw a `KeyBackupError`; absence is a value.
 */
export interface BackupStore {
  /** Creates the blob in one request. Facts over the limit are refused with `store-bad-facts` before any request. */
  create(path: string, bytes: Uint8Array, facts: BlobFacts): Promise<CreateResult>;
  /** Resolves to `undefined` when nothing is stored at `path`. */
  read(path: string): Promise<Uint8Array | undefined>;
  /** Resolves to `undefined` when nothing is stored at `path`. */
  stat(path: string): Promise<StoredBlob | undefined>;
  /** Every blob whose path starts with `prefix`, in order of path. */
  list(prefix: string): AsyncIterable<StoredBlob>;
}

/** The 4 KB that the port's contract allows for names and values together; the service allows 8, Azurite more. */
export const FACTS_LIMIT_IN_BYTES = 4096;
