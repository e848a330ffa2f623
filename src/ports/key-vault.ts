/** What the vault itself reported, taken from its answers. */
export interface VaultObservation {
  /** `x-ms-keyvault-region`: the ARM short name of the region that answered; absent when something in between removed it. */
  readonly region: string | undefined;
  /** The tenant that its sign-in challenge (401) named, as in the path of `authorization`. */
  readonly tenantId: string | undefined;
}

/** A key as a listing shows it. Instants are ISO 8601, in UTC, to the second. */
export interface ListedKey {
  readonly name: string;
  readonly enabled: boolean;
  /** True when a certificate owns the key: Key Vault refuses its backup. */
  readonly managed: boolean;
  readonly createdAt?: string;
  readonly updatedAt?: string;
  readonly notBefore?: string;
  readonly expiresAt?: string;
  readonly tags: Readonly<Record<string, string>>;
}

/** One answer of a listing. Real pages are ragged: short and empty ones are followed by more. */
export interface KeyPage {
  readonly keys: readonly ListedKey[];
  readonly observed: VaultObservation;
}

export interface KeyVersion {
  /** 32 hexadecimal digits. */
  readonly id: string;
  readonly createdAt?: string;
}

/** The newest version of a key, public part only. */
export interface LiveKey extends ListedKey {
  /** `RSA`, `RSA-HSM`, `EC`, `EC-HSM`, `oct-HSM`. */
  readonly keyType: string;
  readonly newestVersion: string;
  /** The public members of the JSON Web Key (RFC 7517), `kty` among them; of a symmetric key there is only that. */
  readonly publicKey: Readonly<Record<string, string>>;
}

/** What `GET …/rotationpolicy` answers, as plain data: Backup Key does not carry it. */
export type RotationPolicy = Readonly<Record<string, unknown>>;

/**
 * One vault, read. Every call is paced, has a time limit and a bounded retry; what still fails throws a `KeyBackupError`
 * with a code that says why. Names compare without regard to case, as in Key Vault.
 */
export interface KeyVault {
  /** Every page, to the end. The region that answered comes with each. */
  listKeys(): AsyncIterable<KeyPage>;
  /** Resolves to all versions, newest first; to none when the key does not exist. */
  listVersions(name: string): Promise<readonly KeyVersion[]>;
  /** Resolves to `undefined` when the vault has no such key. */
  getKey(name: string): Promise<LiveKey | undefined>;
  /** Backup Key: every version of the key, encrypted by Key Vault. Never empty. */
  backupKey(name: string): Promise<Uint8Array>;
  /** Resolves to `undefined` when the key has no rotation policy. */
  getRotationPolicy(name: string): Promise<RotationPolicy | undefined>;
  /** How many requests were sent, retries and sign-in challenges included. */
  requestCount(): number;
}
