import { randomBytes } from "node:crypto";

const PREFIX = "&AzureKeyVaultKeyBackupV1.microsoft.com";

/** Bytes in the outline of a real backup (prefix, compact JWE of five parts), different at each call, that hold nothing. */
export function backupOutline(wrappingKeyId: string, versions: number): Uint8Array {
  const header = { kid: wrappingKeyId, alg: "RSA-OAEP-256", enc: "A256CBC-HS512" };
  const parts = [
    Buffer.from(JSON.stringify(header)),
    randomBytes(256),
    randomBytes(16),
    randomBytes(512 + 64 * versions),
    randomBytes(32),
  ];
  return new Uint8Array(Buffer.from(PREFIX + parts.map((part) => part.toString("base64url")).join(".")));
}
