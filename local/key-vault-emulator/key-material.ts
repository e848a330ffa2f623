import { randomBytes } from "node:crypto";
import { ecMaterial, isCurve } from "./ec-key.ts";
import { rsaMaterial } from "./rsa-key.ts";

/** A real key: what it shows, what a backup of it carries, and what it can do. */
export interface KeyMaterial {
  /** Members of the JSON Web Key that everybody may see; a symmetric key has none. */
  publicMembers(): Readonly<Record<string, string>>;
  /** Enough to make the same key again. */
  readonly secret: Readonly<Record<string, string>>;
  readonly defaultOperations: readonly string[];
  /** `undefined` when the key cannot do the algorithm, or the digest has the wrong length. */
  sign(algorithm: string, digest: Buffer): Buffer | undefined;
  verify(algorithm: string, digest: Buffer, signature: Buffer): boolean | undefined;
}

/** @throws when the members describe no key. */
export function materialFrom(secret: Readonly<Record<string, unknown>>): KeyMaterial {
  const member = (name: string): string => {
    const value = secret[name];
    if (typeof value !== "string") throw new TypeError(`key without ${name}`);
    return value;
  };
  if ("p" in secret) return rsaMaterial({ p: member("p"), q: member("q"), e: member("e") });
  const curve = "crv" in secret ? member("crv") : undefined;
  if (curve !== undefined) {
    if (!isCurve(curve)) throw new TypeError(`unknown curve ${curve}`);
    return ecMaterial(curve, member("d"));
  }
  return symmetricMaterial(member("k"));
}

export function symmetricMaterial(k = randomBytes(32).toString("base64url")): KeyMaterial {
  return {
    publicMembers: () => ({}),
    secret: { k },
    defaultOperations: ["wrapKey", "unwrapKey", "encrypt", "decrypt"],
    sign: () => undefined,
    verify: () => undefined,
  };
}
