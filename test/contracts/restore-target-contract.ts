import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { thumbprintOf } from "../../src/catalog/thumbprint.ts";
import type { RestoreTarget } from "../../src/ports/restore-target.ts";

export interface BackedUp {
  readonly bytes: Uint8Array;
  /** Newest first. */
  readonly versions: readonly string[];
}

export interface RestoreSubject {
  /** A vault in northeurope, without purge protection. */
  readonly target: RestoreTarget;
  /** The backup of a key that another vault holds; the target has none of that name. */
  readonly backUp: (name: string, versions: number) => Promise<BackedUp>;
  /** What a test does to the target, as its owner. */
  readonly delete: (name: string) => void;
  readonly purge: (name: string) => void;
  readonly close: () => Promise<void>;
}

/** What every `RestoreTarget` does. */
export function describeRestoreTarget(name: string, start: () => Promise<RestoreSubject>): void {
  describe(`${name} as a RestoreTarget`, () => {
    let subject: RestoreSubject;
    let target: RestoreTarget;
    beforeAll(async () => {
      subject = await start();
      target = subject.target;
    });
    afterAll(() => subject.close());
    const aName = (): string => `Key-${randomUUID()}`;

    it("tells where it is", async () => {
      expect(await target.observe()).toEqual({
        region: "northeurope",
        tenantId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      });
    });

    it("has nothing under a free name", async () => {
      const free = aName();
      expect(await target.listVersions(free)).toEqual([]);
      expect(await target.getKeyVersion(free, "0".repeat(32))).toBeUndefined();
      expect(await target.findDeletedKey(free)).toBeUndefined();
    });

    it("restores every version, each with its own public key, under the name in the backup", async () => {
      const key = aName();
      const { bytes, versions } = await subject.backUp(key, 3);
      expect(await target.restoreKey(key, bytes)).toMatchObject({ name: key, newestVersion: versions[0] });
      const held = (await target.listVersions(key.toLowerCase())).map(({ id }) => id);
      expect(held.toSorted()).toEqual(versions.toSorted());
      const shown = await Promise.all(versions.map((version) => target.getKeyVersion(key, version)));
      expect(shown.map((live) => live?.newestVersion)).toEqual(versions);
      expect(new Set(shown.map((live) => live && thumbprintOf(live.publicKey))).size).toBe(3);
      expect(await target.getKeyVersion(key, "0".repeat(32))).toBeUndefined();
    });

    it("refuses a name that is taken", async () => {
      const key = aName();
      const { bytes } = await subject.backUp(key, 1);
      await target.restoreKey(key, bytes);
      await expect(target.restoreKey(key, bytes)).rejects.toMatchObject({ code: "key-name-taken" });
    });

    it("refuses a name that a deleted key holds, tells of that key, and takes it once it is purged", async () => {
      const key = aName();
      const { bytes } = await subject.backUp(key, 1);
      await target.restoreKey(key, bytes);
      subject.delete(key);
      expect(await target.listVersions(key)).toEqual([]);
      expect(await target.findDeletedKey(key)).toEqual({
        purgeable: true,
        deletedAt: expect.stringMatching(/Z$/),
        purgesAt: expect.stringMatching(/Z$/),
      });
      await expect(target.restoreKey(key, bytes)).rejects.toMatchObject({ code: "key-soft-deleted" });
      subject.purge(key);
      expect(await target.findDeletedKey(key)).toBeUndefined();
      expect(await target.restoreKey(key, bytes)).toMatchObject({ name: key });
    });

    it("refuses bytes that are no backup", async () => {
      await expect(target.restoreKey(aName(), Buffer.from("no backup"))).rejects.toMatchObject({
        code: "backup-malformed",
      });
    });

    it("sets a rotation policy, of a key that is there", async () => {
      const policy = { lifetimeActions: [{ trigger: { timeAfterCreate: "P90D" }, action: { type: "Rotate" } }] };
      const key = aName();
      await expect(target.setRotationPolicy(key, policy)).rejects.toMatchObject({ code: "key-not-found" });
      await target.restoreKey(key, (await subject.backUp(key, 1)).bytes);
      await expect(target.setRotationPolicy(key, policy)).resolves.toBeUndefined();
    });

    it.each(["", "a/b", "ä", "x".repeat(128)])("asks nothing about %j, which can't be a key's name", async (no) => {
      const before = target.requestCount();
      await expect(target.listVersions(no)).rejects.toMatchObject({ code: "bad-request" });
      await expect(target.findDeletedKey(no)).rejects.toMatchObject({ code: "bad-request" });
      await expect(target.restoreKey(no, Buffer.from("x"))).rejects.toMatchObject({ code: "bad-request" });
      expect(target.requestCount() - before).toBe(0);
    });

    it("counts the requests that it sends", async () => {
      const before = target.requestCount();
      await target.listVersions("nobody");
      await target.findDeletedKey("nobody");
      expect(target.requestCount() - before).toBe(2);
    });
  });
}
