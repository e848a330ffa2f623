import { createHash } from "node:crypto";
import type { Clock } from "../../src/ports/clock.ts";
import type { KeyVersion, ListedKey, LiveKey, RotationPolicy } from "../../src/ports/key-vault.ts";

export interface MemoryKey {
  readonly name: string;
  readonly enabled?: boolean;
  readonly managed?: boolean;
  readonly keyType?: "RSA" | "RSA-HSM" | "EC" | "EC-HSM" | "oct-HSM";
  readonly notBefore?: string;
  readonly expiresAt?: string;
  readonly tags?: Readonly<Record<string, string>>;
  /** How many versions it starts with: one unless told. */
  readonly versions?: number;
  readonly rotationPolicy?: RotationPolicy;
}

/** A key as the memory vault holds it; versions oldest first. */
export interface HeldKey {
  readonly key: MemoryKey;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly versions: readonly { readonly id: string; readonly createdAt: string }[];
  readonly deleted: boolean;
}

export interface MemoryKeys {
  readonly find: (name: string) => HeldKey | undefined;
  /** Keys that are not deleted, in Key Vault's order: by upper-cased name. */
  readonly live: () => readonly HeldKey[];
  readonly add: (...keys: readonly MemoryKey[]) => void;
  /** Adds a version; returns its id. */
  readonly rotate: (name: string) => string;
  /** A deleted key keeps its versions, for `recover`. */
  readonly delete: (name: string) => void;
  readonly recover: (name: string) => void;
  readonly update: (name: string, change: Partial<Omit<MemoryKey, "name" | "versions">>) => void;
  readonly versionsOf: (name: string) => readonly string[];
}

export function createMemoryKeys(clock: Clock): MemoryKeys {
  const held = new Map<string, HeldKey>();
  const now = () => instant(clock.now());

  function need(name: string): HeldKey {
    const found = held.get(name.toUpperCase());
    if (found === undefined) throw new RangeError(`the memory vault has no key ${name}`);
    return found;
  }

  function change(name: string, to: (key: HeldKey) => Partial<HeldKey>): void {
    const key = need(name);
    held.set(name.toUpperCase(), { ...key, ...to(key) });
  }

  return {
    find: (name) => held.get(name.toUpperCase()),
    live: () =>
      [...held]
        .filter(([, key]) => !key.deleted)
        .toSorted(([a], [b]) => (a < b ? -1 : 1))
        .map(([, key]) => key),
    add(...keys) {
      for (const key of keys) {
        if (held.get(key.name.toUpperCase())?.deleted === false) throw new RangeError(`${key.name} is there already`);
        const versions = Array.from({ length: key.versions ?? 1 }, (_, nth) => version(key.name, nth, now()));
        held.set(key.name.toUpperCase(), { key, createdAt: now(), updatedAt: now(), versions, deleted: false });
      }
    },
    rotate(name) {
      const added = version(name, need(name).versions.length, now());
      change(name, ({ versions }) => ({ versions: [...versions, added], updatedAt: now() }));
      return added.id;
    },
    delete: (name) => change(name, () => ({ deleted: true })),
    recover: (name) => change(name, () => ({ deleted: false })),
    update: (name, to) => change(name, ({ key }) => ({ key: { ...key, ...to }, updatedAt: now() })),
    versionsOf: (name) =>
      need(name)
        .versions.map(({ id }) => id)
        .toReversed(),
  };
}

/** ISO 8601 in UTC, to the second. */
const instant = (date: Date): string => date.toISOString().replace(/\.\d+Z$/, "Z");

const version = (name: string, nth: number, createdAt: string) => ({
  id: createHash("md5").update(`${name.toUpperCase()} ${nth} ${createdAt}`).digest("hex"),
  createdAt,
});

export function listed({ key, createdAt, updatedAt }: HeldKey): ListedKey {
  const { name, enabled = true, managed = false, notBefore, expiresAt, tags = {} } = key;
  return {
    name,
    enabled,
    managed,
    createdAt,
    updatedAt,
    ...(notBefore === undefined ? {} : { notBefore }),
    ...(expiresAt === undefined ? {} : { expiresAt }),
    tags,
  };
}

export function live(held: HeldKey): LiveKey {
  const newest = newestFirst(held)[0];
  if (newest === undefined) throw new RangeError(`${held.key.name} has no version`);
  const keyType = held.key.keyType ?? "RSA";
  return { ...listed(held), keyType, newestVersion: newest.id, publicKey: publicKey(keyType, newest.id) };
}

export const newestFirst = (held: HeldKey): readonly KeyVersion[] => held.versions.toReversed();

/** Members as a JSON Web Key has them, made from the version's id: the same for it each time, another for another. */
function publicKey(keyType: string, versionId: string): Readonly<Record<string, string>> {
  const bytes = (label: string, length: number): string => {
    const digest = createHash("sha512").update(`${label} ${versionId}`).digest();
    return Buffer.alloc(length, digest).toString("base64url");
  };
  if (keyType.startsWith("oct")) return { kty: keyType };
  if (keyType.startsWith("EC")) return { kty: keyType, crv: "P-256", x: bytes("x", 32), y: bytes("y", 32) };
  return { kty: keyType, n: bytes("n", 256), e: "AQAB" };
}
