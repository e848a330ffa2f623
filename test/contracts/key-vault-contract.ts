import { thumbprintOf } from "../../src/catalog/thumbprint.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { KeyPage, KeyVault, ListedKey } from "../../src/ports/key-vault.ts";

export interface KeySeed {
  readonly name: string;
  readonly keyType?: "RSA" | "EC";
  readonly enabled?: boolean;
  readonly managed?: boolean;
  readonly notBefore?: string;
  readonly expiresAt?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly versions?: number;
  readonly rotationPolicy?: Readonly<Record<string, unknown>>;
}

export interface VaultSubject {
  readonly vault: KeyVault;
  /** What a test does to the vault, as its owner. */
  readonly add: (keys: readonly KeySeed[]) => Promise<void>;
  /** Resolves to the new version's id. */
  readonly rotate: (name: string) => Promise<string>;
  readonly delete: (name: string) => void;
  readonly setRegion: (region: string | undefined) => void;
}

export interface VaultSubjects {
  /** An empty vault of a standard SKU, that reports westeurope. */
  readonly openVault: () => Promise<VaultSubject>;
  readonly close: () => Promise<void>;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/;

async function pagesOf(vault: KeyVault): Promise<KeyPage[]> {
  const pages: KeyPage[] = [];
  for await (const page of vault.listKeys()) pages.push(page);
  return pages;
}
const keysOf = async (vault: KeyVault): Promise<readonly ListedKey[]> =>
  (await pagesOf(vault)).flatMap(({ keys }) => keys);

/** What every `KeyVault` does. */
export function describeKeyVault(name: string, start: () => Promise<VaultSubjects>): void {
  describe(`${name} as a KeyVault`, () => {
    let subjects: VaultSubjects;
    let subject: VaultSubject;
    let vault: KeyVault;
    beforeAll(async () => {
      subjects = await start();
    });
    beforeEach(async () => {
      subject = await subjects.openVault();
      vault = subject.vault;
    });
    afterAll(() => subjects.close());

    describe("listKeys", () => {
      it("gives one page at least, of an empty vault too, with the region that answered", async () => {
        const pages = await pagesOf(vault);
        expect(pages.length).toBeGreaterThan(0);
        expect(pages.flatMap(({ keys }) => keys)).toEqual([]);
        expect(pages.map(({ observed }) => observed.region)).toEqual(pages.map(() => "westeurope"));
        expect(pages.at(-1)?.observed.tenantId).toMatch(/^[0-9a-f-]{36}$/);
      });

      it("gives every key once, over pages, without versions", async () => {
        const names = Array.from({ length: 80 }, (_, nth) => `key-${String(nth).padStart(3, "0")}`);
        await subject.add(names.map((each, nth) => ({ name: each, keyType: "EC", versions: 1 + (nth % 3) })));
        const pages = await pagesOf(vault);
        expect(pages.length).toBeGreaterThan(3);
        expect(pages.flatMap(({ keys }) => keys.map((key) => key.name)).toSorted()).toEqual(names);
      });

      it("tells of each what the vault tells", async () => {
        const [notBefore, expiresAt] = ["2026-01-02T03:04:05Z", "2027-01-02T03:04:05Z"];
        await subject.add([
          { name: "Orders", keyType: "EC", notBefore, expiresAt, tags: { team: "sales" } },
          { name: "off", keyType: "EC", enabled: false },
          { name: "cert", keyType: "RSA", managed: true },
        ]);
        const keys = Object.fromEntries((await keysOf(vault)).map((key) => [key.name, key]));
        expect(keys["Orders"]).toEqual({
          name: "Orders",
          enabled: true,
          managed: false,
          createdAt: expect.stringMatching(INSTANT),
          updatedAt: expect.stringMatching(INSTANT),
          notBefore,
          expiresAt,
          tags: { team: "sales" },
        });
        expect(keys["off"]).toMatchObject({ enabled: false, managed: false, tags: {} });
        expect(keys["cert"]).toMatchObject({ enabled: true, managed: true });
        expect(Object.keys(keys["off"] ?? {})).not.toContain("expiresAt");
      });

      it.each(["northeurope", undefined])("reports the region %s when the vault does", async (region) => {
        subject.setRegion(region);
        expect((await pagesOf(vault))[0]?.observed.region).toBe(region);
      });

      it("no longer gives a key that was deleted", async () => {
        await subject.add([
          { name: "a", keyType: "EC" },
          { name: "b", keyType: "EC" },
        ]);
        subject.delete("a");
        expect((await keysOf(vault)).map((key) => key.name)).toEqual(["b"]);
      });
    });

    describe("listVersions", () => {
      it("gives all of them, the newest first", async () => {
        await subject.add([{ name: "many", keyType: "EC", versions: 60 }]);
        const versions = await vault.listVersions("many");
        expect(versions).toHaveLength(60);
        expect(new Set(versions.map(({ id }) => id)).size).toBe(60);
        for (const { id, createdAt } of versions) {
          expect(id).toMatch(/^[0-9a-f]{32}$/);
          expect(createdAt).toMatch(INSTANT);
        }
        const times = versions.map(({ createdAt }) => createdAt ?? "");
        expect(times).toEqual(times.toSorted().toReversed());
      });

      it("gives none of a key that is not there", async () => {
        expect(await vault.listVersions("absent")).toEqual([]);
      });
    });

    describe("getKey", () => {
      it.each([
        ["RSA", ["e", "kty", "n"]],
        ["EC", ["crv", "kty", "x", "y"]],
      ] as const)("gives the newest version of an %s key, public members only", async (keyType, members) => {
        await subject.add([{ name: "Orders", keyType, versions: 2, tags: { team: "sales" } }]);
        const before = await vault.getKey("Orders");
        const newest = await subject.rotate("Orders");
        const key = await vault.getKey("Orders");
        expect(key).toMatchObject({ name: "Orders", keyType, newestVersion: newest, enabled: true });
        expect(Object.keys(key?.publicKey ?? {}).toSorted()).toEqual(members);
        expect(key?.publicKey).not.toEqual(before?.publicKey);
        expect(thumbprintOf(key?.publicKey ?? {})).toMatch(/^[\w-]{43}$/);
        expect(await vault.listVersions("Orders")).toHaveLength(3);
        expect(await vault.getKey("oRDERS")).toEqual(key);
      });

      it("is undefined for a key that is not there, or no longer", async () => {
        await subject.add([{ name: "gone", keyType: "EC" }]);
        subject.delete("gone");
        expect(await vault.getKey("absent")).toBeUndefined();
        expect(await vault.getKey("gone")).toBeUndefined();
      });
    });

    describe("backupKey", () => {
      it("gives bytes in the outline of a backup, others each time", async () => {
        await subject.add([{ name: "Orders", keyType: "EC", versions: 3 }]);
        const [first, second] = [await vault.backupKey("Orders"), await vault.backupKey("Orders")];
        for (const backup of [first, second]) {
          const text = Buffer.from(backup).toString("latin1");
          expect(text.slice(0, 39)).toBe("&AzureKeyVaultKeyBackupV1.microsoft.com");
          const parts = text.slice(39).split(".");
          expect(parts).toHaveLength(5);
          expect(JSON.parse(Buffer.from(parts[0] ?? "", "base64url").toString())).toEqual({
            kid: expect.stringMatching(/^[0-9a-f-]{36}$/),
            alg: "RSA-OAEP-256",
            enc: "A256CBC-HS512",
          });
        }
        expect(Buffer.from(first).equals(second)).toBe(false);
      });

      it("backs up a disabled key", async () => {
        await subject.add([{ name: "off", keyType: "EC", enabled: false }]);
        expect((await vault.backupKey("off")).byteLength).toBeGreaterThan(500);
      });

      it.each([
        ["is not there", undefined, "key-not-found"],
        ["belongs to a certificate", { name: "k", managed: true }, "key-managed-by-certificate"],
      ] as const)("refuses a key that %s", async (_case, seed, code) => {
        if (seed !== undefined) await subject.add([seed]);
        await expect(vault.backupKey("k")).rejects.toMatchObject({ name: "KeyBackupError", code });
      });

      it("refuses a key of more than 500 versions, and says that it is this key's fault", async () => {
        await subject.add([{ name: "k", keyType: "EC", versions: 501 }]);
        await expect(vault.backupKey("k")).rejects.toMatchObject({
          code: expect.stringMatching(/^(key-too-many-versions|vault-bad-request)$/),
        });
      });
    });

    describe("getRotationPolicy", () => {
      it("gives it in the shape that the Azure CLI takes", async () => {
        const rotationPolicy = {
          lifetimeActions: [{ trigger: { timeAfterCreate: "P18M" }, action: { type: "Rotate" } }],
          attributes: { expiryTime: "P48M" },
        };
        await subject.add([{ name: "turning", keyType: "EC", rotationPolicy }]);
        expect(await vault.getRotationPolicy("turning")).toEqual(rotationPolicy);
      });

      it("is undefined for a key that has none, or is not there", async () => {
        await subject.add([{ name: "still", keyType: "EC" }]);
        expect(await vault.getRotationPolicy("still")).toBeUndefined();
        expect(await vault.getRotationPolicy("absent")).toBeUndefined();
      });
    });

    it("counts the requests that it sends", async () => {
      await subject.add([{ name: "k", keyType: "EC" }]);
      await pagesOf(vault);
      const before = vault.requestCount();
      await vault.backupKey("k");
      await vault.getKey("k");
      expect(vault.requestCount() - before).toBe(2);
    });
  });
}
