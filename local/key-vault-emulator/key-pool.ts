import { createHash } from "node:crypto";
import { type Curve, ecMaterial, isCurve } from "./ec-key.ts";
import { type KeyMaterial, symmetricMaterial } from "./key-material.ts";
import primes from "./primes.json" with { type: "json" };
import { rsaMaterial } from "./rsa-key.ts";

export type RsaSize = 2048 | 3072 | 4096;
const exponent = "AQAB";
const pools: Readonly<Record<RsaSize, readonly string[]>> = {
  2048: primes["1024"],
  3072: primes["1536"],
  4096: primes["2048"],
};

export interface KeyKind {
  readonly type: string;
  readonly size: RsaSize;
  readonly curve: Curve;
}

/** What another key of the same kind must be like. */
export function kindOf({ type, material }: { readonly type: string; readonly material: KeyMaterial }): KeyKind {
  const { p = "", crv = "" } = material.secret;
  const primeBytes = Buffer.byteLength(p, "base64url");
  const size = primeBytes > 192 ? 4096 : primeBytes > 128 ? 3072 : 2048;
  return { type, size, curve: isCurve(crv) ? crv : "P-256" };
}

/**
 * Makes keys in no time. RSA keys are products of two primes of a pool made beforehand: 10,224 different keys of 2,048 bits,
 * 112 of each larger size, then they repeat.
 */
export class KeyPool {
  #next: number;

  constructor(seed: number) {
    this.#next = Math.abs(seed) * 97;
  }

  make(kind: KeyKind): KeyMaterial {
    if (kind.type.startsWith("RSA")) return this.#makeRsa(kind.size);
    return kind.type.startsWith("EC") ? ecMaterial(kind.curve) : symmetricMaterial();
  }

  #makeRsa(size: RsaSize): KeyMaterial {
    const pool = pools[size];
    const index = this.#next++ % (pool.length * Math.floor((pool.length - 1) / 2));
    const first = index % pool.length;
    const second = (first + 1 + Math.floor(index / pool.length)) % pool.length;
    return rsaMaterial({ p: pool[first]!, q: pool[second]!, e: exponent });
  }
}

/** The same text gives the same RSA key in every process. */
export function rsaSecretFor(text: string): { p: string; q: string; e: string } {
  const pool = pools[2048];
  const hash = createHash("sha256").update(text).digest();
  const first = hash.readUInt32BE(0) % pool.length;
  const second = (first + 1 + (hash.readUInt32BE(4) % (pool.length - 1))) % pool.length;
  return { p: pool[first]!, q: pool[second]!, e: exponent };
}
