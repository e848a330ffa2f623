import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import {
  backupPath,
  entryPath,
  manifestPath,
  parseKeyBlobPath,
  parseManifestPath,
  parsePlanPath,
  planPath,
  runBlobsPrefix,
} from "../../src/catalog/paths.ts";
import { isRunId, newRunId, scheduledRunId, startOfRun } from "../../src/catalog/run-id.ts";
import {
  blobDays,
  enabledTiers,
  longerTiers,
  longestPointerAgeInDays,
  longestRunInDays,
  periodOf,
} from "../../src/catalog/tiers.ts";
import { host, runA } from "./catalog-entries.ts";

describe("a run id", () => {
  it("holds the instant to the second, and sorts by it", () => {
    fc.assert(
      fc.property(fc.date({ min: new Date(0), max: new Date("2099-12-31"), noInvalidDate: true }), (date) => {
        const runId = newRunId(date);
        expect(startOfRun(runId)?.getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000);
        expect(newRunId(new Date(date.getTime() + 1000)) > runId).toBe(true);
      }),
    );
  });

  it("of a schedule is the same each time, of a request another", () => {
    const at = new Date("2026-11-24T02:00:00Z");
    expect(scheduledRunId(at)).toBe(scheduledRunId(new Date(at)));
    expect(scheduledRunId(at)).toMatch(/^20261124t020000z-[0-9a-f]{6}$/);
    expect(scheduledRunId(at)).not.toBe(scheduledRunId(new Date("2026-11-25T02:00:00Z")));
    expect(new Set(Array.from({ length: 20 }, () => newRunId(at))).size).toBeGreaterThan(15);
  });

  it.each([
    "",
    "20261124t020000z",
    "20261124T020000Z-1f3a9c",
    "20261324t020000z-1f3a9c",
    "20260230t020000z-1f3a9c",
    "20261124t250000z-1f3a9c",
    "20261124t020000z-1f3a9cc",
    "20261124t020000z-1F3A9C",
    "20261124t020000z-1f3a9c\n",
    "../../20261124t020000z-1f3a9c",
  ])("is not %j", (text) => {
    expect(isRunId(text)).toBe(false);
  });
});

describe("paths", () => {
  it("are lower case, whatever the names are", () => {
    expect(backupPath("KV-One.vault.azure.net", runA, "MyKey")).toBe(`blobs/${host}/${runA}/keys/mykey.backup`);
    expect(manifestPath("KV-One.vault.azure.net", runA)).toBe(`manifests/${host}/${runA}.jsonl`);
  });

  it("are read as they are written", () => {
    expect(parseManifestPath(manifestPath(host, runA))).toEqual({ vault: host, runId: runA });
    expect(parseKeyBlobPath(backupPath(host, runA, "K-1"))).toEqual({
      vault: host,
      runId: runA,
      key: "k-1",
      kind: "backup",
    });
    expect(parseKeyBlobPath(entryPath(host, runA, "K-1"))).toMatchObject({ key: "k-1", kind: "entry" });
    expect(parsePlanPath(planPath(runA))).toBe(runA);
    expect(backupPath(host, runA, "k").startsWith(runBlobsPrefix(host, runA))).toBe(true);
  });

  it.each([
    "manifests/kv/other.jsonl",
    `manifests/kv/${runA}.json`,
    `manifests/kv/x/${runA}.jsonl`,
    `manifests/${runA}.jsonl`,
    `blobs/kv/${runA}/keys/a.backup2`,
    `blobs/kv/${runA}/keys/a_b.backup`,
    `blobs/kv/${runA}/secrets/a.backup`,
    `blobs/kv/nothing/keys/a.backup`,
    `blobs/kv/${runA}/keys/${"a".repeat(128)}.backup`,
    `plans/x/${runA}.json`,
    "plans/.json",
  ])("that others wrote are nobody's: %s", (path) => {
    expect([parseManifestPath(path), parseKeyBlobPath(path), parsePlanPath(path)]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe("tiers", () => {
  const keepDays = { daily: 35, monthly: 400, yearly: 2555 };

  it.each([
    ["daily", 0, 35 + 7 + 3],
    ["daily", 6, 35 + 7 + 3],
    ["daily", 30, 35 + 30 + 3],
    ["monthly", 30, 400 + 31 + 3],
    ["yearly", 30, 2555 + 366 + 3],
  ] as const)("%s with refresh days %i keeps its blobs %i days", (tier, refreshDays, days) => {
    expect(blobDays(tier, keepDays, refreshDays)).toBe(days);
  });

  it("keep no manifest longer than what it points at, however late in its run it is written", () => {
    fc.assert(
      fc.property(
        fc.constantFrom("daily", "monthly", "yearly"),
        fc.nat(60),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: longestRunInDays, noNaN: true }),
        (tier, refreshDays, ageShare, late) => {
          const storedAt = 0;
          const runAt = storedAt + ageShare * longestPointerAgeInDays(tier, refreshDays);
          const manifestExpires = runAt + late + keepDays[tier];
          expect(storedAt + blobDays(tier, keepDays, refreshDays)).toBeGreaterThan(manifestExpires);
        },
      ),
    );
  });

  it.each([
    ["yearly", "2026"],
    ["monthly", "202603"],
    ["daily", runA],
  ] as const)("%s has the period %s", (tier, period) => {
    expect(periodOf(tier, runA)).toBe(period);
  });

  it("that are off are not written; the order is that of writing", () => {
    expect(enabledTiers(keepDays)).toEqual(["yearly", "monthly", "daily"]);
    expect(enabledTiers({ ...keepDays, yearly: 0 })).toEqual(["monthly", "daily"]);
    expect(longerTiers({ ...keepDays, monthly: 0 })).toEqual(["yearly"]);
  });
});
