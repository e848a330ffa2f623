import { createHash, createPublicKey, type KeyObject } from "node:crypto";
import { rsaSecretFor } from "./key-pool.ts";
import { rsaPrivateKey } from "./rsa-key.ts";

export interface WrappingKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

/** Keys that backups of one geography and subscription are sealed under; any of its vaults opens them, no other does. */
export interface WrappingKeys {
  readonly sealing: WrappingKey;
  find(kid: string): WrappingKey | undefined;
}

const made = new Map<string, WrappingKey>();

/**
 * The same in every process, so a backup outlives the emulator that made it. West US 2 seals under a key of its own, as real
 * blobs of 2021-22 show, though every vault of its geography opens them: an equal kid proves something, another kid nothing.
 */
export function wrappingKeys(geography: string, subscriptionId: string, region: string): WrappingKeys {
  const ring = ["", "westus2"].map((own) => wrappingKey(`${geography}|${subscriptionId.toLowerCase()}|${own}`));
  const sealing = ring[region === "westus2" ? 1 : 0]!;
  return { sealing, find: (kid) => ring.find((key) => key.kid === kid) };
}

function wrappingKey(owner: string): WrappingKey {
  const known = made.get(owner);
  if (known) return known;
  const privateKey = rsaPrivateKey(rsaSecretFor(owner));
  const key = { kid: guidFrom(owner), privateKey, publicKey: createPublicKey(privateKey) };
  made.set(owner, key);
  return key;
}

function guidFrom(text: string): string {
  const hex = createHash("sha256").update(`kid ${text}`).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
