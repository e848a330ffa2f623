export function fromBase64url(text: string): bigint {
  return fromBytes(Buffer.from(text, "base64url"));
}

export function fromBytes(bytes: Buffer): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toString("hex")}`);
}

export function toBytes(value: bigint, length: number): Buffer {
  return Buffer.from(value.toString(16).padStart(length * 2, "0"), "hex");
}

export function toBase64url(value: bigint, length: number): string {
  return toBytes(value, length).toString("base64url");
}

/** Never negative. */
export function modulo(value: bigint, modulus: bigint): bigint {
  const rest = value % modulus;
  return rest < 0n ? rest + modulus : rest;
}

/** The x with value · x ≡ 1; `value` and `modulus` must have no common factor. */
export function inverse(value: bigint, modulus: bigint): bigint {
  let [previous, current] = [modulo(value, modulus), modulus];
  let [x, next] = [1n, 0n];
  while (current !== 0n) {
    const quotient = previous / current;
    [previous, current] = [current, previous - quotient * current];
    [x, next] = [next, x - quotient * next];
  }
  return modulo(x, modulus);
}
