import { printable } from "../errors/key-backup-error.ts";

/**
 * What the outside of a backup tells. It is recorded for diagnosis and never trusted as a gate: a header that is not
 * recognised is kept and flagged, so that a format change at Azure loses no backup.
 */
export interface BlobHeader {
  /** `vault`: a key (or certificate) of a vault. `managed-hsm`: a key of a Managed HSM. */
  readonly kind: "vault" | "managed-hsm" | "unrecognised";
  /** Names the key of the security world that can open it. Equal ids: the target can; different ids prove nothing. */
  readonly wrappingKeyId?: string;
  readonly algorithm?: string;
  readonly encryption?: string;
}

const vaultPrefix = "&AzureKeyVaultKeyBackupV1.microsoft.com";

/** Reads the unencrypted header of a backup: a prefix (vault only) and a compact JWE (RFC 7516). Never throws. */
export function readBlobHeader(bytes: Uint8Array): BlobHeader {
  const start = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, 4096)).toString("latin1");
  const kind = start.startsWith(vaultPrefix) ? "vault" : start.startsWith("eyJ") ? "managed-hsm" : "unrecognised";
  if (kind === "unrecognised") return { kind };
  const encoded = start.slice(kind === "vault" ? vaultPrefix.length : 0).split(".", 1)[0] ?? "";
  const header = parseObject(Buffer.from(encoded, "base64url").toString("utf8"));
  if (!header) return { kind: "unrecognised" };
  return {
    kind,
    ...member(header, "kid", "wrappingKeyId"),
    ...member(header, "alg", "algorithm"),
    ...member(header, "enc", "encryption"),
  };
}

function member(header: Record<string, unknown>, from: string, to: keyof BlobHeader): Partial<BlobHeader> {
  const value = header[from];
  return typeof value === "string" ? { [to]: printable(value, 200) } : {};
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? { ...value } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
