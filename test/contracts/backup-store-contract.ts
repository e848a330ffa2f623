import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { BackupStore, StoredBlob } from "../../src/ports/backup-store.ts";

export interface StoreSubject {
  /** An empty container. Its listing should need several pages for 25 blobs, where it has pages. */
  readonly openStore: () => Promise<BackupStore>;
  readonly close: () => Promise<void>;
}

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array | undefined): string | undefined => bytes && new TextDecoder().decode(bytes);

async function all(blobs: AsyncIterable<StoredBlob>): Promise<StoredBlob[]> {
  const found: StoredBlob[] = [];
  for await (const blob of blobs) found.push(blob);
  return found;
}

/** What every `BackupStore` does. */
export function describeBackupStore(name: string, start: () => Promise<StoreSubject>): void {
  describe(`${name} as a BackupStore`, () => {
    let subject: StoreSubject;
    let store: BackupStore;
    beforeAll(async () => {
      subject = await start();
    });
    beforeEach(async () => {
      store = await subject.openStore();
    });
    afterAll(() => subject.close());

    describe("create", () => {
      it("stores bytes and facts, and tells of them", async () => {
        const { outcome, blob } = await store.create("a/b.backup", bytesOf("one"), { sha256: "abc", takenat: "2026" });
        expect(outcome).toBe("created");
        expect(blob).toMatchObject({ path: "a/b.backup", bytes: 3, facts: { sha256: "abc", takenat: "2026" } });
        expect(textOf(await store.read("a/b.backup"))).toBe("one");
        expect(await store.stat("a/b.backup")).toEqual(blob);
        expect(blob.createdAt.getTime()).toBeGreaterThan(Date.now() - 60_000);
      });

      it("keeps what is there, and tells of that, not of what was offered", async () => {
        const first = await store.create("twice", bytesOf("first"), { hash: "1" });
        const second = await store.create("twice", bytesOf("the second"), { hash: "2" });
        expect(second).toEqual({ outcome: "exists", blob: first.blob });
        expect(second.blob).toMatchObject({ bytes: 5, facts: { hash: "1" } });
        expect(textOf(await store.read("twice"))).toBe("first");
      });

      it("lets one of ten racing creators win; the other nine are told of the winner's", async () => {
        const results = await Promise.all(
          Array.from({ length: 10 }, (_, nth) => store.create("race", bytesOf(`creator ${nth}`), { nth: String(nth) })),
        );
        const winners = results.filter(({ outcome }) => outcome === "created");
        expect(winners).toHaveLength(1);
        const winner = winners[0]!.blob;
        expect(results.map(({ blob }) => blob.facts["nth"])).toEqual(Array(10).fill(winner.facts["nth"]));
        expect(textOf(await store.read("race"))).toBe(`creator ${winner.facts["nth"]}`);
      });

      it("keeps every byte, of none and of many", async () => {
        const every = Uint8Array.from({ length: 3_000_000 }, (_, at) => (at * 31) % 256);
        await store.create("many", every, {});
        await store.create("none", new Uint8Array(), {});
        expect(Buffer.from((await store.read("many"))!).equals(every)).toBe(true);
        expect((await store.read("none"))?.byteLength).toBe(0);
      });

      it("does not see a change that its caller makes to the bytes afterwards", async () => {
        const bytes = bytesOf("before");
        await store.create("copied", bytes, {});
        bytes.fill(0);
        expect(textOf(await store.read("copied"))).toBe("before");
      });

      it.each([
        ["more than 4 KB", { long: "x".repeat(4093) }],
        ["more than 4 KB in many", Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`n${n}`, "x".repeat(80)]))],
        ["a value that is not ASCII", { place: "Zürich" }],
        ["a value of two lines", { text: "a\r\nx-ms-meta-b: c" }],
        ["a value with a blank at its end", { text: "a " }],
        ["an empty value", { text: "" }],
        ["a name in upper case", { takenAt: "2026" }],
        ["a name with a dash", { "taken-at": "2026" }],
        ["an empty name", { "": "2026" }],
      ])("refuses facts with %s, and stores nothing", async (_case, facts) => {
        await expect(store.create("bad", bytesOf("x"), facts)).rejects.toMatchObject({ code: "store-bad-facts" });
        expect(await store.stat("bad")).toBeUndefined();
      });

      it("takes facts of exactly 4 KB, with every printable character", async () => {
        const printable = Array.from({ length: 94 }, (_, at) => String.fromCodePoint(33 + at)).join("");
        const facts = { printable, long: "x".repeat(4096 - "printable".length - 94 - "long".length) };
        await store.create("full", bytesOf("x"), facts);
        expect((await store.stat("full"))?.facts).toEqual(facts);
        expect((await all(store.list("full")))[0]?.facts).toEqual(facts);
      });
    });

    describe("what is not there", () => {
      it("is undefined to read and stat, and nothing to list", async () => {
        expect(await store.read("absent")).toBeUndefined();
        expect(await store.stat("absent")).toBeUndefined();
        expect(await all(store.list("absent"))).toEqual([]);
      });
    });

    describe("list", () => {
      it("gives every blob of the prefix, in order of path, over pages, as stat tells of it", async () => {
        const paths = Array.from({ length: 25 }, (_, nth) => `blobs/v/${String(nth * 7919).padStart(9, "0")}.json`);
        const shuffled = paths.toSorted((a, b) => a.slice(-7).localeCompare(b.slice(-7)));
        for (const path of shuffled) await store.create(path, bytesOf(path), { at: path.slice(-12) });
        await store.create("blobs/w/1", bytesOf("another vault"), {});
        const found = await all(store.list("blobs/v/"));
        expect(found.map(({ path }) => path)).toEqual(paths.toSorted());
        expect(found[3]).toEqual(await store.stat(found[3]!.path));
      });

      it("orders by code unit, and takes the prefix to the letter", async () => {
        const paths = ["p/a", "p/a-b", "p/a.b", "p/a/b", "p/B", "p/b", "P/c", "q", "p"];
        for (const path of paths) await store.create(path, bytesOf("x"), {});
        expect((await all(store.list("p/"))).map(({ path }) => path)).toEqual(
          ["p/B", "p/a", "p/a-b", "p/a.b", "p/a/b", "p/b"].toSorted(),
        );
        expect((await all(store.list(""))).map(({ path }) => path)).toEqual(paths.toSorted());
      });

      it("tells case apart, and keeps blanks and signs of a path", async () => {
        for (const path of ["x/Key", "x/key", "x/a b+c%20d"]) await store.create(path, bytesOf(path), {});
        for (const path of ["x/Key", "x/key", "x/a b+c%20d"]) expect(textOf(await store.read(path))).toBe(path);
        expect((await all(store.list("x/"))).map(({ path }) => path)).toEqual(["x/Key", "x/a b+c%20d", "x/key"]);
      });
    });
  });
}
