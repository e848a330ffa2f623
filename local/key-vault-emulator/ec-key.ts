import { createECDH, randomBytes } from "node:crypto";
import { fromBase64url, fromBytes, inverse, modulo, toBase64url, toBytes } from "./big-integers.ts";
import type { KeyMaterial } from "./key-material.ts";

interface CurveFacts {
  readonly openssl: string;
  readonly bytes: number;
  readonly order: bigint;
  readonly algorithm: string;
  readonly digestBytes: number;
}

/** Orders: SEC 2, sections 2.4.1, 2.4.2, 2.5.1 and 2.6.1. */
const curves = {
  "P-256": {
    openssl: "prime256v1",
    bytes: 32,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    algorithm: "ES256",
    digestBytes: 32,
  },
  "P-256K": {
    openssl: "secp256k1",
    bytes: 32,
    order: 0xfffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141n,
    algorithm: "ES256K",
    digestBytes: 32,
  },
  "P-384": {
    openssl: "secp384r1",
    bytes: 48,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    algorithm: "ES384",
    digestBytes: 48,
  },
  "P-521": {
    openssl: "secp521r1",
    bytes: 66,
    order:
      0x01fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    algorithm: "ES512",
    digestBytes: 64,
  },
} as const satisfies Readonly<Record<string, CurveFacts>>;
export type Curve = keyof typeof curves;

export function isCurve(text: string): text is Curve {
  return Object.hasOwn(curves, text);
}

/** @throws for a scalar that is none of the curve's. */
export function ecMaterial(curve: Curve, d = randomScalar(curve)): KeyMaterial {
  const facts: CurveFacts = curves[curve];
  const scalar = fromBase64url(d);
  if (scalar <= 0n || scalar >= facts.order) throw new TypeError("not a private key of the curve");
  let shown: Record<string, string> | undefined;
  const fits = (algorithm: string, digest: Buffer): boolean =>
    algorithm === facts.algorithm && digest.length === facts.digestBytes;
  return {
    secret: { crv: curve, d },
    defaultOperations: ["sign", "verify"],
    publicMembers() {
      if (shown) return shown;
      const { x, y } = multiplyBase(facts, scalar);
      return (shown = { crv: curve, x: toBase64url(x, facts.bytes), y: toBase64url(y, facts.bytes) });
    },
    sign: (algorithm, digest) => (fits(algorithm, digest) ? signDigest(facts, scalar, digest) : undefined),
    verify: (algorithm, digest, signature) =>
      fits(algorithm, digest) ? verifyDigest(facts, scalar, digest, signature) : undefined,
  };
}

function randomScalar(curve: Curve): string {
  const facts: CurveFacts = curves[curve];
  return toBase64url(randomBelow(facts), facts.bytes);
}

function randomBelow({ bytes, order }: CurveFacts): bigint {
  return modulo(fromBytes(randomBytes(bytes + 8)), order - 1n) + 1n;
}

function multiplyBase({ openssl, bytes }: CurveFacts, scalar: bigint): { x: bigint; y: bigint } {
  const exchange = createECDH(openssl);
  exchange.setPrivateKey(toBytes(scalar, bytes));
  const point = exchange.getPublicKey();
  return { x: fromBytes(point.subarray(1, 1 + bytes)), y: fromBytes(point.subarray(1 + bytes)) };
}

/** Node signs messages only; Key Vault is given their digest. Hence ECDSA by hand, as r ‖ s. */
function signDigest(facts: CurveFacts, scalar: bigint, digest: Buffer): Buffer {
  const { order, bytes } = facts;
  const nonce = randomBelow(facts);
  const r = modulo(multiplyBase(facts, nonce).x, order);
  const s = modulo(inverse(nonce, order) * (fromBytes(digest) + r * scalar), order);
  if (r === 0n || s === 0n) return signDigest(facts, scalar, digest);
  return Buffer.concat([toBytes(r, bytes), toBytes(s, bytes)]);
}

/** Knowing the private key, the nonce of an honest signature can be recomputed: no point addition is needed. */
function verifyDigest(facts: CurveFacts, scalar: bigint, digest: Buffer, signature: Buffer): boolean {
  const { order, bytes } = facts;
  if (signature.length !== bytes * 2) return false;
  const [r, s] = [fromBytes(signature.subarray(0, bytes)), fromBytes(signature.subarray(bytes))];
  if (r <= 0n || r >= order || s <= 0n || s >= order) return false;
  const nonce = modulo(inverse(s, order) * (fromBytes(digest) + r * scalar), order);
  return nonce !== 0n && modulo(multiplyBase(facts, nonce).x, order) === r;
}
