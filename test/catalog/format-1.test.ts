import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { readBackupFacts } from "../../src/catalog/backup-facts.ts";
import { readBlobHeader } from "../../src/catalog/blob-header.ts";
import { readEntryFile } from "../../src/catalog/entry.ts";
import { sha256Of } from "../../src/catalog/hashes.ts";
import { readManifestFacts } from "../../src/catalog/manifest-facts.ts";
import { readManifest } from "../../src/catalog/manifest.ts";
import { parseKeyBlobPath, parseManifestPath, parsePlanPath } from "../../src/catalog/paths.ts";
import { readPlan } from "../../src/catalog/plan.ts";
import blobs from "../fixtures/format-1/blobs.json" with { type: "json" };
import { problemsBySchema, problemsOfManifest } from "./schemas.ts";

// Written by version 0.1.0, and never written again: what it stored must stay readable.
const file = (name: string): Uint8Array => readFileSync(new URL(`../fixtures/format-1/${name}`, import.meta.url));
const runId = "20261028t020000z-";

describe("what version 1 of the format stored", () => {
  it("is still read: a manifest with every outcome", () => {
    const { head, keys, totals } = readManifest(file("manifest.jsonl"), "manifest.jsonl");
    expect(head).toMatchObject({ version: 1, tier: "daily", status: "partial", baseline: { tier: "daily" } });
    expect(keys.map(({ name, outcome }) => `${name} ${outcome}`)).toEqual([
      "blocked failed",
      "gone deleted",
      "owned skipped",
      "plain unchanged",
      "rotated backed-up",
      "Signing unchanged",
      "wrap unchanged",
    ]);
    expect(totals.counts).toEqual({ keys: 7, backedUp: 1, unchanged: 3, skipped: 1, failed: 1, deleted: 1 });
    expect(keys.find(({ name }) => name === "gone")?.deleted?.keptIn).toEqual(["yearly", "monthly"]);
    expect(problemsOfManifest(file("manifest.jsonl"))).toEqual([]);
  });

  it("is still read: an entry, and the backup beside it", () => {
    const entry = readEntryFile(file("entry.json"))?.entry;
    const backup = file("rotated.backup");
    expect(entry).toMatchObject({ name: "rotated", versions: { length: 2 }, backup: { sha256: sha256Of(backup) } });
    expect(readBlobHeader(backup)).toEqual(entry?.backup?.header);
    expect(readBackupFacts(blobs["rotated.backup"].metadata)).toMatchObject({
      keyName: "rotated",
      sha256: sha256Of(backup),
      thumbprint: entry?.thumbprint,
      versionCount: 2,
    });
    expect(problemsBySchema("entry-file", JSON.parse(Buffer.from(file("entry.json")).toString()))).toEqual([]);
  });

  it("is still read: a plan", () => {
    expect(readPlan(file("plan.json"), "plan.json")).toMatchObject({
      trigger: "schedule",
      vaults: [{ name: "kv-one" }],
    });
    expect(problemsBySchema("plan", JSON.parse(Buffer.from(file("plan.json")).toString()))).toEqual([]);
  });

  it("is still found: by paths, and by the metadata of a manifest", () => {
    expect(parseManifestPath(blobs["manifest.jsonl"].path)?.runId).toContain(runId);
    expect(parsePlanPath(blobs["plan.json"].path)).toContain(runId);
    expect(parseKeyBlobPath(blobs["entry.json"].path)).toMatchObject({ kind: "entry", key: "rotated" });
    expect(readManifestFacts(blobs["manifest.jsonl"].metadata)).toMatchObject({
      sha256: sha256Of(file("manifest.jsonl")),
      status: "partial",
      keys: 7,
      failed: 1,
      previous: [expect.stringContaining("20261027t")],
    });
  });
});
