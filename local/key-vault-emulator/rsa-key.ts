import { constants, createPrivateKey, type KeyObject, privateEncrypt, publicDecrypt } from "node:crypto";
import { fromBase64url, inverse, toBase64url } from "./big-integers.ts";
import type { KeyMaterial } from "./key-material.ts";

/** DER prefixes of DigestInfo (RFC 8017, section 9.2, note 1). */
const digestPrefixes: Readonly<Record<string, { readonly prefix: string; readonly length: number }>> = {
  RS256: { prefix: "3031300d060960864801650304020105000420", length: 32 },
  RS384: { prefix: "3041300d060960864801650304020205000430", length: 48 },
  RS512: { prefix: "3051300d060960864801650304020305000440", length: 64 },
};

interface RsaSecret {
  readonly p: string;
  readonly q: string;
  readonly e: string;
}

export function rsaMaterial(secret: RsaSecret): KeyMaterial {
  let key: KeyObject | undefined;
  let shown: Record<string, string> | undefined;
  const privateKey = (): KeyObject => (key ??= rsaPrivateKey(secret));
  return {
    secret: { ...secret },
    publicMembers: () => (shown ??= { n: modulus(secret), e: secret.e }),
    defaultOperations: ["encrypt", "decrypt", "sign", "verify", "wrapKey", "unwrapKey"],
    sign(algorithm, digest) {
      const encoded = encodeDigest(algorithm, digest);
      return encoded && privateEncrypt({ key: privateKey(), padding: constants.RSA_PKCS1_PADDING }, encoded);
    },
    verify(algorithm, digest, signature) {
      const encoded = encodeDigest(algorithm, digest);
      return encoded && isSignature(privateKey(), signature, encoded);
    },
  };
}

export function rsaPrivateKey(secret: RsaSecret): KeyObject {
  const [p, q, e] = [fromBase64url(secret.p), fromBase64url(secret.q), fromBase64url(secret.e)];
  const d = inverse(e, (p - 1n) * (q - 1n));
  const half = Buffer.byteLength(secret.p, "base64url");
  return createPrivateKey({
    format: "jwk",
    key: {
      kty: "RSA",
      n: modulus(secret),
      e: secret.e,
      d: toBase64url(d, half * 2),
      p: secret.p,
      q: secret.q,
      dp: toBase64url(d % (p - 1n), half),
      dq: toBase64url(d % (q - 1n), half),
      qi: toBase64url(inverse(q, p), half),
    },
  });
}

function modulus({ p, q }: RsaSecret): string {
  return toBase64url(fromBase64url(p) * fromBase64url(q), Buffer.byteLength(p, "base64url") * 2);
}

function encodeDigest(algorithm: string, digest: Buffer): Buffer | undefined {
  const known = digestPrefixes[algorithm];
  return known?.length === digest.length ? Buffer.concat([Buffer.from(known.prefix, "hex"), digest]) : undefined;
}

function isSignature(key: KeyObject, signature: Buffer, expected: Buffer): boolean {
  try {
    return publicDecrypt({ key, padding: constants.RSA_PKCS1_PADDING }, signature).equals(expected);
  } catch {
    return false;
  }
}
