/** An error answer in Key Vault's own words. The texts were seen in recordings or in issue logs of the real service. */
export class ServiceError extends Error {
  readonly status: number;
  readonly code: string;
  readonly innererror: string | undefined;

  constructor(status: number, code: string, message: string, innererror?: string) {
    super(message);
    this.name = "ServiceError";
    this.status = status;
    this.code = code;
    this.innererror = innererror;
  }

  get body(): { error: { code: string; message: string; innererror?: { code: string } } } {
    const { code, message, innererror } = this;
    return { error: { code, message, ...(innererror === undefined ? {} : { innererror: { code: innererror } }) } };
  }
}

export const missingToken = (): ServiceError =>
  new ServiceError(401, "Unauthorized", "AKV10000: Request is missing a Bearer or PoP token.");

export const expiredToken = (): ServiceError =>
  new ServiceError(401, "Unauthorized", "[TokenExpired] Error validating token: 'S2S12086'.");

/** The service's answer to a token of another tenant; the emulator's to any token but the configured one. */
export const foreignToken = (tenantId: string): ServiceError =>
  new ServiceError(
    401,
    "Unauthorized",
    `AKV10032: Invalid issuer. Expected one of https://sts.windows.net/${tenantId}/, found https://sts.windows.net/00000000-0000-4000-8000-0000000000ff/.`,
  );

export const badParameter = (message: string): ServiceError => new ServiceError(400, "BadParameter", message);

export const keyNotFound = (id: string): ServiceError =>
  new ServiceError(
    404,
    "KeyNotFound",
    `A key with (name/id) ${id} was not found in this key vault. If you recently deleted this key you may be able to recover it using the correct recovery command. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125182`,
  );

export const deletedKeyNotFound = (name: string): ServiceError =>
  new ServiceError(404, "KeyNotFound", `Deleted Key not found: ${name}`);

export const malformedBackup = (): ServiceError =>
  new ServiceError(400, "Malformed backup blob", "Backup blob contains invalid or corrupt version.");

/** Another geography's or subscription's backup. The text was reported for other geographies; its code is inferred. */
export const undecryptableBackup = (): ServiceError =>
  new ServiceError(400, "Malformed backup blob", "Cannot decrypt backup blob.");

/** The real text for more than 500 versions is not known. */
export const tooManyVersions = (name: string): ServiceError =>
  new ServiceError(400, "BadRequest", `The key ${name} has too many versions to be backed up.`);

export const restoreConflict = (kid: string): ServiceError =>
  new ServiceError(
    409,
    "Conflict",
    `There was a conflict restoring the key '${kid}'. This can happen if either: a second key with the same name was created after the first key was deleted; thus trying to restore a key whose name is already in use. To fix this, rename the second key to something else so that the restore works. The second probable cause of this exception is when multiple operations are performed in parallel against the key. To avoid this error, perform operations against a key in a sequential manner.`,
  );

export const beingDeleted = (name: string): ServiceError =>
  new ServiceError(
    409,
    "Conflict",
    `Key ${name} is currently being deleted and cannot be re-created; retry later.`,
    "ObjectIsBeingDeleted",
  );

export const deletedButRecoverable = (name: string): ServiceError =>
  new ServiceError(
    409,
    "Conflict",
    `Key ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the key can only be recovered or purged.`,
    "ObjectIsDeletedButRecoverable",
  );

export const managedByKeyVault = (operation: string): ServiceError =>
  new ServiceError(
    403,
    "Forbidden",
    `Operation "${operation}" is not allowed on this Key, since it is associated with a certificate. Perform the operation on the corresponding certificate. For more information refer to https://docs.microsoft.com/en-us/azure/key-vault/certificates/about-certificates#composition-of-a-certificate`,
    "KeyManagedByKeyVault",
  );

export const keyDisabled = (operation: string): ServiceError =>
  new ServiceError(403, "Forbidden", `Operation ${operation} is not allowed on a disabled key.`, "KeyDisabled");

export const operationForbidden = (operation: string): ServiceError =>
  new ServiceError(403, "Forbidden", `Operation ${operation} is not permitted on this key.`, "KeyOperationForbidden");

export const purgeProtected = (vaultName: string, region: string): ServiceError =>
  new ServiceError(
    403,
    "Forbidden",
    `Operation "purge" is not allowed because purge protection is enabled for this vault. Key Vault service will automatically purge it after the retention period has passed.\r\nVault: ${vaultName};location=${region}`,
  );

export const throttled = (): ServiceError =>
  new ServiceError(
    429,
    "Throttled",
    "Request was not processed because too many requests were received. Reason: VaultRequestTypeLimitReached",
  );
