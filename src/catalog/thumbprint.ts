import { createHash } from "node:crypto";

/** The members that RFC 7638 hashes, in its order, per key type. */
const membersOf: ReadonlyMap<string, readonly string[]> = new Map([
  ["RSA", ["e", "kty", "n"]],
  ["EC", ["crv", "kty", "x", "y"]],
]);

/**
 * The JWK thumbprint (RFC 7638, SHA-256, base64url) of a public key. `-HSM` types hash as what they are: the same key
 * has one thumbprint wherever it lives. `undefined` for symmetric keys, which have no public part.
 */
export function thumbprintOf(publicKey: Readonly<Record<string, string>>): string | undefined {
  const keyType = (publicKey["kty"] ?? "").replace(/-HSM$/, "");
  const members = membersOf.get(keyType);
  if (!members) return undefined;
  const jwk: Readonly<Record<string, string>> = { ...publicKey, kty: keyType };
  if (members.some((name) => typeof jwk[name] !== "string")) return undefined;
  const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]])));
  return createHash("sha256").update(canonical).digest("base64url");
}
