import { describe, expect, it } from "vitest";
import { readManifestFacts, writeManifestFacts } from "../../src/catalog/manifest-facts.ts";
import {
  chainTips,
  isFarFromItsRun,
  listManifests,
  openManifest,
  type ListedManifest,
} from "../../src/catalog/manifest-list.ts";
import { manifestHash, readManifest, writeManifest } from "../../src/catalog/manifest.ts";
import { manifestPath } from "../../src/catalog/paths.ts";
import { checkFacts } from "../../src/azure/blob-facts.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { createSimulatedClock } from "../memory/simulated-clock.ts";
import { aManifest, anEntry, host, runA, runB } from "./catalog-entries.ts";

const text = (manifest = aManifest([anEntry(), anEntry({ name: "beta" })])) =>
  Buffer.from(writeManifest(manifest)).toString();
const read = (content: string) => readManifest(Buffer.from(content), "manifests/x.jsonl");

describe("a manifest", () => {
  it("is read as it was written, line by line", () => {
    const manifest = aManifest([anEntry(), anEntry({ name: "beta" })]);
    expect(read(text())).toEqual(manifest);
    expect(
      text()
        .split("\n")
        .slice(0, -1)
        .map((line) => JSON.parse(line).kind),
    ).toEqual(["head", "key", "key", "totals"]);
  });

  it("may hold fields that this version does not know", () => {
    const newer = text().replaceAll('"kind":', '"aNewField":{"deep":1},"kind":');
    expect(read(newer)).toEqual(aManifest([anEntry(), anEntry({ name: "beta" })]));
  });

  it.each([
    ["nothing", "", "it is truncated"],
    [
      "without its last line",
      text().split("\n").slice(0, -2).join("\n") + "\n",
      "line 3 is not what the format says (kind)",
    ],
    ["cut within its last line", text().slice(0, -10), "it is truncated"],
    ["without its last line feed", text().slice(0, -1), "it is truncated"],
    ["without one of its keys", text().split("\n").toSpliced(1, 1).join("\n"), "it names 1 of 2 keys"],
    [
      "with a key that is not one",
      text().replace('"outcome":"backed-up"', '"outcome":"fine"'),
      "line 2 is not what the format says (outcome)",
    ],
    [
      "with a path that leaves the blobs",
      text().replace(/blobs\/[^"]*/, "blobs/../../x.backup"),
      "line 2 is not what the format says (backup.path)",
    ],
    ["with a line that is no JSON", text().replace('{"kind":"key"', "{kind"), "line 2 is not what the format says"],
    [
      "of another format",
      text().replace("key-vault-backup/manifest", "x/manifest"),
      "its first line is not the head of a manifest",
    ],
    ["that starts with null", `null\n${text()}`, "its first line is not the head of a manifest"],
  ])("that is %s is damaged", (_case, content, reason) => {
    expect(() => read(content)).toThrow(
      expect.objectContaining({ code: "manifest-damaged", message: `read manifest manifests/x.jsonl: ${reason}` }),
    );
  });

  it.each(["2", '"1"', "null"])("of version %s is refused as such", (version) => {
    expect(() => read(text().replace('"version":1', `"version":${version}`))).toThrow(
      expect.objectContaining({ code: "manifest-version-unknown" }),
    );
  });
});

describe("the metadata of a manifest", () => {
  it("answers what a listing is asked, and fits", () => {
    const manifest = aManifest();
    const previous = Array.from({ length: 100 }, (_, nth) => ({
      runId: `20260310t0200${String(nth % 60).padStart(2, "0")}z-aaaaaa`,
      sha256: "",
    }));
    const bytes = writeManifest(manifest);
    const head = { ...manifest.head, code: "run-abandoned", previous };
    const totals = { ...manifest.totals, oldestBackupAt: "2026-03-01T00:00:00.000Z" };
    const facts = writeManifestFacts({ ...manifest, head, totals }, bytes);
    expect(() => checkFacts("x", facts)).not.toThrow();
    expect(readManifestFacts(facts)).toEqual({
      sha256: manifestHash(bytes),
      status: "succeeded",
      trigger: "schedule",
      startedAt: "2026-03-10T02:00:00.000Z",
      finishedAt: "2026-03-10T02:00:10.000Z",
      keys: 1,
      failed: 0,
      bytes: 10,
      oldestBackupAt: "2026-03-01T00:00:00.000Z",
      code: "run-abandoned",
      previous: previous.slice(0, 60).map(({ runId }) => runId),
    });
  });

  it.each([
    [{}],
    [{ sha256: "x", status: "fine", startedat: "x", finishedat: "x" }],
    [{ status: "failed", startedat: "x", finishedat: "x" }],
  ])("%j is not a manifest's", (facts) => {
    expect(readManifestFacts(facts)).toBeUndefined();
  });

  it("with numbers that are none counts nothing", () => {
    const facts = { sha256: "x", status: "failed", startedat: "x", finishedat: "x", keys: "-1", bytes: "1e99" };
    expect(readManifestFacts(facts)).toMatchObject({ keys: 0, failed: 0, bytes: 0, previous: [] });
  });
});

describe("a listing of manifests", () => {
  const listed = (runId: string, previous: readonly string[] = [], createdAt = new Date(0)): ListedManifest => {
    const facts = readManifestFacts({
      sha256: "x",
      status: "failed",
      startedat: "x",
      finishedat: "x",
      ...(previous.length > 0 && { previous: previous.join(",") }),
    });
    return { vault: host, runId, path: manifestPath(host, runId), createdAt, facts };
  };

  it("has as tips what no other names: one, or two after two runs at once", () => {
    expect(chainTips([listed("c", ["b"]), listed("b", ["a"]), listed("a")]).map(({ runId }) => runId)).toEqual(["c"]);
    expect(chainTips([listed("b", ["a"]), listed("c", ["a"]), listed("a")]).map(({ runId }) => runId)).toEqual([
      "b",
      "c",
    ]);
    expect(
      chainTips([listed("d", ["b", "c"]), listed("b", ["a"]), listed("c", ["a"])]).map(({ runId }) => runId),
    ).toEqual(["d"]);
    expect(chainTips([{ ...listed("a"), facts: undefined }])).toEqual([]);
  });

  it("is ordered by the store's clock, not by names", async () => {
    const clock = createSimulatedClock("2026-03-12T02:00:00Z");
    const store = createMemoryStore(clock);
    for (const runId of [runB, runA]) {
      await store.create(manifestPath(host, runId), new Uint8Array(), {});
      await clock.advance(1000);
    }
    await store.create(`manifests/${host}/readme.txt`, new Uint8Array(), {});
    expect((await listManifests(store, host)).map(({ runId }) => runId)).toEqual([runA, runB]);
  });

  it.each([
    ["2026-03-10T02:00:00Z", false],
    ["2026-03-12T23:00:00Z", false],
    ["2026-03-13T03:00:00Z", true],
    ["2026-03-10T01:30:00Z", false],
    ["2026-03-10T00:30:00Z", true],
  ])("a manifest created at %s is far from its run: %s", (createdAt, isFar) => {
    expect(isFarFromItsRun(listed(runA, [], new Date(createdAt)))).toBe(isFar);
  });

  it.each([
    ["is gone", (): undefined => undefined, "it is gone"],
    [
      "has other bytes than its metadata says",
      () => ({ content: Buffer.from("x") }),
      "its hash differs from its metadata's",
    ],
  ])("opens no manifest that %s", async (_case, change, reason) => {
    const store = createMemoryStore(createSimulatedClock("2026-03-10T02:00:10Z"));
    const bytes = writeManifest(aManifest());
    const path = manifestPath(host, runA);
    await store.create(path, bytes, writeManifestFacts(aManifest(), bytes));
    const [found] = await listManifests(store, host);
    expect(await openManifest(store, found!)).toEqual(aManifest());
    const changed = change();
    if (changed) store.blobs.set(path, { ...store.blobs.get(path)!, ...changed });
    else store.blobs.delete(path);
    await expect(openManifest(store, found!)).rejects.toMatchObject({
      code: "manifest-damaged",
      message: `read manifest ${path}: ${reason}`,
    });
  });
});
