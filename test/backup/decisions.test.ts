import { describe, expect, it } from "vitest";
import { createFailureStreak, mayPass } from "../../src/backup/failure-streak.ts";
import { planKey, pointerAgeInDays, type KeySituation } from "../../src/backup/plan-key.ts";
import { areManyGone, countOutcomes, oldestBackupAt, statusOf, Warnings } from "../../src/backup/tallies.ts";
import { tierKeys } from "../../src/backup/tier-manifest.ts";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { hashTags } from "../../src/catalog/hashes.ts";
import type { KeyEntry } from "../../src/catalog/entry.ts";
import { scheduledRunId } from "../../src/catalog/run-id.ts";
import { longestPointerAgeInDays } from "../../src/catalog/tiers.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import type { ListedKey } from "../../src/ports/key-vault.ts";
import { anEntry, backupOf, runA, runB } from "../catalog/catalog-entries.ts";
import { failure } from "./attempts.ts";

const updatedAt = "2025-01-01T00:00:00Z";
const listed: ListedKey = {
  name: "alpha",
  enabled: true,
  managed: false,
  createdAt: updatedAt,
  updatedAt,
  tags: { a: "1" },
};
const last = anEntry({ createdAt: updatedAt, updatedAt, tagsSha256: hashTags({ a: "1" }) });
/** The night after `runA`, on which the last backup is a day old. */
const situation: KeySituation = {
  last,
  sameVault: true,
  dueTiers: [],
  refreshDays: 30,
  runAt: new Date("2026-03-11T02:00:00Z"),
};

describe("what a run does about a key", () => {
  it("is to keep the last backup of one that is as it was", () => {
    expect(planKey(listed, situation)).toEqual({ do: "keep", last });
  });

  it("is to skip one that a certificate owns, whatever else is true", () => {
    expect(planKey({ ...listed, managed: true }, { ...situation, dueTiers: ["yearly"] })).toEqual({ do: "skip" });
  });

  it.each<[string, Partial<KeySituation>]>([
    ["every-run", { refreshDays: 0 }],
    ["no-backup", { last: undefined }],
    ["no-backup", { last: { kind: "key", name: "alpha", outcome: "failed" } }],
    ["tier-due", { dueTiers: ["yearly", "monthly"] }],
    ["other-vault", { sameVault: false }],
    ["changed", { last: { ...last, versionsCertain: false } }],
    ["changed", { last: { ...last, enabled: false } }],
    ["changed", { last: { ...last, expiresAt: "2030-01-01T00:00:00Z" } }],
    ["changed", { last: { ...last, notBefore: "2030-01-01T00:00:00Z" } }],
    ["changed", { last: { ...last, createdAt: "2024-01-01T00:00:00Z" } }],
    ["changed", { last: { ...last, updatedAt: "2024-01-01T00:00:00Z" } }],
    ["changed", { last: { ...last, tagsSha256: hashTags({}) } }],
    ["refresh-due", { runAt: new Date("2026-04-09T02:00:06Z") }],
    ["refresh-due", { last: { ...last, backup: backupOf("alpha", "20260101t020000z-aaaaaa") } }],
    ["refresh-due", { last: { ...last, backup: { ...backupOf("alpha"), path: "elsewhere" } } }],
  ])("is to back it up: %s (%j)", (because, change) => {
    const tiers = [...(change.dueTiers ?? []), "daily"];
    expect(planKey(listed, { ...situation, ...change })).toEqual({ do: "back-up", tiers, because });
  });

  it("is to back up one whose listing tells no instant", () => {
    const { updatedAt: _updated, ...silent } = listed;
    const { updatedAt: _known, ...unknown } = last;
    expect(planKey(silent, { ...situation, last: unknown })).toMatchObject({ because: "changed" });
  });

  it.each([
    ["2026-03-10T01:59:05Z", "keep"],
    ["2026-03-10T01:59:06Z", "back-up"],
    ["2026-03-10T02:00:10Z", "back-up"],
  ])("takes a change at %s, seconds around the backup, as: %s", (at, does) => {
    expect(planKey({ ...listed, updatedAt: at }, { ...situation, last: { ...last, updatedAt: at } }).do).toBe(does);
  });

  it("spreads refreshes: each key once in the refresh days, and never beyond what a pointer may be old", () => {
    const nights = Array.from(
      { length: 120 },
      (_, nth) => new Date(Date.parse("2026-03-10T02:00:00Z") + nth * DAY_IN_MS),
    );
    const perNight = new Map<number, number>();
    for (const name of Array.from({ length: 200 }, (_, nth) => `key-${nth}`)) {
      let entry: KeyEntry = { ...last, name, backup: backupOf(name) };
      for (const [nth, runAt] of nights.slice(1).entries()) {
        const decision = planKey({ ...listed, name }, { ...situation, last: entry, runAt });
        expect(pointerAgeInDays(entry.backup?.path ?? "", runAt)).toBeLessThanOrEqual(
          longestPointerAgeInDays("daily", 30),
        );
        if (decision.do !== "back-up") continue;
        perNight.set(nth, (perNight.get(nth) ?? 0) + 1);
        entry = { ...entry, backup: backupOf(name, scheduledRunId(runAt), runAt.toISOString()) };
      }
    }
    const later = [...perNight].filter(([nth]) => nth > 35).map(([, count]) => count);
    expect(Math.max(...later)).toBeLessThan(20);
    expect(later.reduce((sum, count) => sum + count, 0)).toBeGreaterThan(400);
  });
});

describe("tallies", () => {
  const counts = { keys: 0, backedUp: 0, unchanged: 0, skipped: 0, failed: 0, deleted: 0 };

  it("count every outcome", () => {
    const outcomes = ["backed-up", "unchanged", "unchanged", "skipped", "failed", "deleted"] as const;
    const entries = outcomes.map((outcome) => anEntry({ outcome }));
    expect(countOutcomes(entries)).toEqual({ keys: 6, backedUp: 1, unchanged: 2, skipped: 1, failed: 1, deleted: 1 });
  });

  it.each([
    ["succeeded", {}, {}],
    ["succeeded", { skipped: 3, deleted: 2 }, {}],
    ["partial", { backedUp: 1, failed: 1 }, {}],
    ["partial", { unchanged: 1, failed: 1 }, {}],
    ["failed", { skipped: 1, failed: 1 }, {}],
    ["partial", { backedUp: 1 }, { loud: true }],
    ["failed", { backedUp: 1 }, { vaultFailed: true }],
  ])("make a run %s: %j %j", (status, change, flags) => {
    expect(statusOf({ ...counts, ...change }, { vaultFailed: false, loud: false, ...flags })).toBe(status);
  });

  it.each([
    [5, 5, false],
    [6, 6, true],
    [6, 60, false],
    [10, 100, false],
    [11, 100, true],
    [900, 1000, true],
  ])("call %i of %i keys gone many: %s", (gone, known, isMany) => {
    expect(areManyGone(gone, known)).toBe(isMany);
  });

  it("find the oldest backup", () => {
    const entries = [
      anEntry(),
      anEntry({ backup: backupOf("b", runA, "2026-01-01T00:00:00.000Z") }),
      anEntry({ outcome: "skipped" }),
    ];
    expect(oldestBackupAt(entries)).toBe("2026-01-01T00:00:00.000Z");
    expect(oldestBackupAt([])).toBeUndefined();
  });

  it("keep twenty warnings of a kind, each once, and count the rest", () => {
    const warnings = new Warnings();
    for (let nth = 0; nth < 25; nth += 1) warnings.add("many-versions", `key ${nth % 23}`);
    warnings.addAll([
      { code: "other", message: "once" },
      { code: "other", message: "once" },
    ]);
    const list = warnings.list();
    expect(list).toHaveLength(22);
    expect(list[20]).toEqual({ code: "many-versions", message: "and 3 more of this kind" });
    expect(list[21]).toEqual({ code: "other", message: "once" });
  });
});

describe("a streak of failures", () => {
  const after = (...events: readonly (ErrorCode | undefined)[]) => {
    const streak = createFailureStreak();
    for (const code of events)
      if (code) streak.failed(failure(code));
      else streak.succeeded();
    return { refusal: streak.refusal?.code, fault: streak.fault?.code };
  };
  const times = (count: number, code?: ErrorCode) => Array<ErrorCode | undefined>(count).fill(code);

  it.each<[string, readonly (ErrorCode | undefined)[], object]>([
    ["nothing", times(0), {}],
    ["nineteen refusals", times(19, "vault-forbidden-rbac"), {}],
    ["twenty refusals", times(20, "vault-forbidden-rbac"), { refusal: "vault-forbidden-rbac" }],
    ["twenty faults", times(20, "vault-timeout"), { fault: "vault-timeout" }],
    ["twenty faults of the store", times(20, "store-forbidden"), { fault: "store-forbidden" }],
    ["twenty of a key's own", times(20, "key-disabled"), {}],
    ["a success in between", [...times(19, "vault-timeout"), undefined, ...times(19, "vault-timeout")], {}],
    ["another code in between", [...times(19, "vault-timeout"), "key-disabled", ...times(19, "vault-timeout")], {}],
  ])("of %s", (_case, events, expected) => {
    expect(after(...events)).toEqual({ refusal: undefined, fault: undefined, ...expected });
  });

  it("tells faults, which may pass, from refusals and a key's own failures", () => {
    expect((["vault-throttled", "store-timeout"] as const).filter(mayPass)).toHaveLength(2);
    expect((["vault-forbidden-rbac", "key-disabled", "internal"] as const).filter(mayPass)).toEqual([]);
  });
});

describe("the keys of a longer tier", () => {
  const mapOf = (...entries: readonly KeyEntry[]) => new Map(entries.map((entry) => [entry.name, entry]));
  const none = new Map<string, KeyEntry>();
  const inTier = (name: string, change: Partial<KeyEntry> = {}) =>
    anEntry({ name, backup: backupOf(name, runB), ...change });
  const failed = anEntry({ outcome: "failed", code: "key-disabled", reason: "it is disabled" });
  const deleted = anEntry({ outcome: "deleted", deleted: { since: "2026-03-11T02:00:00.000Z", keptIn: ["yearly"] } });

  const decide = (daily: KeyEntry, more: Partial<Parameters<typeof tierKeys>[0]> = {}) =>
    tierKeys({ daily: mapOf(daily), stored: none, held: none, failure: undefined, ...more }).get("alpha");

  it.each([
    ["stored tonight", anEntry(), { stored: mapOf(inTier("alpha")) }],
    ["held since this period began", anEntry({ outcome: "unchanged" }), { held: mapOf(inTier("alpha")) }],
    ["held, though it failed tonight", failed, { held: mapOf(inTier("alpha")) }],
  ])("are backed up when %s, and never point at another container's blob", (_case, daily, more) => {
    expect(decide(daily, more)).toEqual({ ...inTier("alpha"), outcome: "backed-up" });
  });

  it("prefer what was stored tonight to what is held", () => {
    const held = mapOf(inTier("alpha", { backup: backupOf("alpha", runA) }));
    expect(decide(anEntry(), { stored: mapOf(inTier("alpha")), held })?.backup?.path).toContain(runB);
  });

  it("are failed without a backup when the tier holds none, with the reason", () => {
    expect(decide(failed)).toMatchObject({ outcome: "failed", code: "key-disabled", reason: "it is disabled" });
    expect(decide(failed)?.backup).toBeUndefined();
    expect(decide(anEntry(), { failure: { code: "store-forbidden", message: "no" } })).toMatchObject({
      code: "store-forbidden",
    });
    expect(decide(anEntry({ outcome: "unchanged" }))).toMatchObject({ outcome: "failed", code: "internal" });
  });

  it("are deleted with their last backup when the tier holds one, else not named", () => {
    expect(decide(deleted, { held: mapOf(inTier("alpha")) })).toEqual({
      ...inTier("alpha"),
      outcome: "deleted",
      deleted: deleted.deleted,
    });
    expect(decide(deleted)).toBeUndefined();
    expect(
      tierKeys({ daily: none, stored: none, held: mapOf(inTier("alpha")), failure: undefined }).get("alpha"),
    ).toMatchObject({ outcome: "deleted" });
  });

  it("are skipped when a certificate owns them", () => {
    const skipped: KeyEntry = { kind: "key", name: "alpha", outcome: "skipped", code: "key-managed-by-certificate" };
    expect(decide(skipped)).toEqual(skipped);
  });
});
