import { describe, expect, it } from "vitest";
import type { KeyEntry } from "../../src/catalog/entry.ts";
import { parseKeyBlobPath } from "../../src/catalog/paths.ts";
import { longerTiers, periodOf, type Tier } from "../../src/catalog/tiers.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import { night, walk } from "./nights.ts";
import { createWorld, type World } from "./world.ts";

const down = new KeyBackupError("vault-unreachable", "list keys: no such host");
const refused = new KeyBackupError("key-disabled", 'back up key "beta": it is disabled');

const entryOf = (world: World, name: string, tier: Tier = "daily", runId?: string) =>
  world.manifest(tier, runId)?.keys.find((entry) => entry.name === name);

/** The days on which a tier's manifests were written. */
const daysOf = (world: World, tier: Tier) => world.runIds(tier).map((runId) => runId.slice(0, 8));

/** The day of the run that stored what the newest manifest of a tier points at for a key. */
const storedOn = (world: World, name: string, tier: Tier, runId?: string) =>
  parseKeyBlobPath(entryOf(world, name, tier, runId)?.backup?.path ?? "")?.runId.slice(0, 8);

describe.each([0, 30])("800 nights with refresh days %i", (refreshDays) => {
  it(
    "keeps every promise when a key is created, deleted after a day, and comes back",
    { timeout: 240_000 },
    async () => {
      const world = createWorld({ refreshDays, start: "2026-11-20T02:00:00Z" });
      const named = new Set<number>();
      let back = -1;
      let monthlyOf2027: readonly string[] = [];
      await walk(world, {
        nights: 800,
        before(date, nth) {
          if (nth === 40) world.vault.add({ name: "brief" });
          if (nth === 41) world.vault.delete("brief");
          if (nth === 100) world.vault.delete("beta");
          if (nth === 120) world.vault.recover("beta");
          if (date === "2027-03-20") world.vault.add({ name: "late" });
          if (nth % 90 === 7) world.vault.rotate("alpha");
        },
        after(_date, nth) {
          if (entryOf(world, "brief")) named.add(nth);
          if (nth > 100 && back < 0 && entryOf(world, "beta")?.outcome !== "deleted") back = nth;
          if (nth === 500) monthlyOf2027 = daysOf(world, "monthly");
        },
      });
      expect(Math.min(...named)).toBe(40);
      expect(Math.max(...named)).toBe(41 + 35);
      expect(back).toBe(120);
      expect(monthlyOf2027).toContain("20270320");
      const inDecember = world.runIds("yearly").filter((runId) => runId.startsWith("2026"));
      expect(inDecember).not.toHaveLength(0);
      expect(entryOf(world, "brief", "yearly", inDecember.at(-1))).toMatchObject({ outcome: "deleted" });
    },
  );

  it("catches a key that failed on the 1st, and a key created on the 20th", { timeout: 240_000 }, async () => {
    const world = createWorld({ refreshDays, start: "2026-12-25T02:00:00Z" });
    const inMay: (readonly (string | undefined)[])[] = [];
    const inApril: string[] = [];
    await walk(world, {
      nights: 800,
      before(date) {
        if (date.endsWith("-01")) world.vault.fault("backupKey", "beta", refused);
        if (date.endsWith("-03")) world.vault.clearFaults();
        if (date === "2027-04-20") world.vault.add({ name: "late" });
      },
      after(date) {
        if (date !== "2027-05-31") return;
        inApril.push(...daysOf(world, "monthly"));
        for (const runId of world.runIds("monthly").filter((id) => id.startsWith("202705")))
          inMay.push([
            runId.slice(0, 8),
            storedOn(world, "beta", "monthly", runId),
            storedOn(world, "late", "monthly", runId),
          ]);
      },
    });
    const yearly = world.runIds("yearly").filter((runId) => runId.startsWith("2027"));
    expect(yearly.map((runId) => runId.slice(0, 8))).toEqual(["20270101", "20270103", "20270420"]);
    expect(yearly.map((runId) => storedOn(world, "beta", "yearly", runId))).toEqual([
      undefined,
      "20270103",
      "20270103",
    ]);
    expect(yearly.map((runId) => storedOn(world, "alpha", "yearly", runId))).toEqual(Array(3).fill("20270101"));
    expect(entryOf(world, "beta", "yearly", yearly[0])).toMatchObject({ outcome: "failed", code: "key-disabled" });
    expect(inMay).toEqual([
      ["20270501", undefined, "20270501"],
      ["20270503", "20270503", "20270501"],
    ]);
    expect(inApril).toContain("20270420");
  });

  it("copies forward what a key that fails for 60 nights had", { timeout: 240_000 }, async () => {
    const world = createWorld({ refreshDays, start: "2026-06-10T02:00:00Z" });
    const ages: number[] = [];
    await walk(world, {
      nights: 800,
      before(_date, nth) {
        if (nth === 50) world.vault.fault("backupKey", "beta", refused);
        if (nth === 50) world.vault.rotate("beta");
        if (nth === 110) world.vault.clearFaults();
      },
      after(_date, nth) {
        if (nth < 50 || nth >= 110) return;
        const entry = entryOf(world, "beta");
        expect(entry).toMatchObject({ outcome: "failed", code: "key-disabled" });
        ages.push((world.clock.now().getTime() - Date.parse(entry?.backup?.takenAt ?? "")) / DAY_IN_MS);
        expect(world.manifest()?.head.status).toBe("partial");
      },
    });
    expect(Math.max(...ages)).toBeGreaterThanOrEqual(60);
    expect(entryOf(world, "beta")?.outcome).not.toBe("failed");
  });

  it(
    "outlives an outage of the vault on 1 January, one of 60 nights, and an app that is off for 50",
    { timeout: 240_000 },
    async () => {
      const world = createWorld({ refreshDays, start: "2026-12-20T02:00:00Z" });
      const statuses = new Map<number, string | undefined>();
      const firsts: string[] = [];
      const during: KeyEntry[] = [];
      let left = -1;
      await walk(world, {
        nights: 800,
        before(date, nth) {
          world.vault.clearFaults();
          if (date === "2027-01-01" || (nth >= 100 && nth < 160)) world.vault.fault("listKeys", "*", down);
          if (nth === 350) left = world.runIds("daily").length;
        },
        isOff: (nth) => nth >= 300 && nth < 350,
        after(_date, nth) {
          statuses.set(nth, world.manifest()?.head.status);
          if (nth === 350) firsts.push(world.manifest()?.head.baseline?.tier ?? "none");
          if (nth >= 100 && nth < 160) during.push(...(world.manifest()?.keys ?? []));
        },
      });
      expect(daysOf(world, "yearly")).toContain("20270102");
      expect(daysOf(world, "yearly")).not.toContain("20270101");
      expect([99, 100, 130, 159, 160].map((nth) => statuses.get(nth))).toEqual([
        "succeeded",
        "failed",
        "failed",
        "failed",
        "succeeded",
      ]);
      expect(firsts).toEqual(["monthly"]);
      expect(left).toBe(0);
      expect(during).toHaveLength(60 * 3);
      expect(during.filter(({ outcome, backup }) => outcome === "failed" && backup)).toHaveLength(60 * 3);
    },
  );
});

describe.each(["2026-12-31T23:57:00Z", "2026-04-30T23:57:00Z"])("a run that starts at %s", (start) => {
  it("belongs to the period that it began in, though it ends in the next", async () => {
    const world = createWorld({ start });
    world.vault.fault("backupKey", "*", () => world.clock.advance(120_000));
    await night(world);
    expect(world.clock.now().getTime()).toBeGreaterThan(Date.parse(start) + 180_000);
    world.vault.clearFaults();
    await world.clock.set(new Date(Date.parse(start) + DAY_IN_MS));
    await night(world);
    world.checkPromises();
    for (const tier of longerTiers(world.context.settings.keepDays)) {
      const periods = world.runIds(tier).map((runId) => periodOf(tier, runId));
      const both = new Set(world.runIds("daily").map((runId) => periodOf(tier, runId)));
      expect(periods).toEqual([...both]);
    }
  });
});

it(
  "is loud when 900 of 1,000 keys are gone, once, and keeps their last backups for years",
  { timeout: 240_000 },
  async () => {
    const names = Array.from({ length: 1000 }, (_, nth) => `key-${String(nth).padStart(4, "0")}`);
    const world = createWorld({ vaults: [{ name: "kv-one", keys: names }], start: "2026-10-30T02:00:00Z" });
    await walk(world, {
      nights: 3,
      before(_date, nth) {
        if (nth === 1) for (const name of names.slice(0, 900)) world.vault.delete(name);
      },
      after(_date, nth) {
        const manifest = world.manifest();
        expect(manifest?.head.status).toBe(nth === 1 ? "partial" : "succeeded");
        expect(manifest?.totals.keysGone).toBe(nth === 1 ? 900 : 0);
        expect(manifest?.head.warnings.some(({ code }) => code === "keys-gone")).toBe(nth === 1);
      },
    });
    expect(world.manifest()?.totals.counts).toMatchObject({ deleted: 900, backedUp: 100 });
    const inYearly = world.manifest("yearly")?.keys.filter(({ outcome, backup }) => outcome === "deleted" && backup);
    expect(inYearly).toHaveLength(900);
  },
);
