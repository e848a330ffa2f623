import { describe, expect, it } from "vitest";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import { entryOf, failure, nextNight, warningsOf } from "./attempts.ts";
import { night, walk } from "./nights.ts";
import { createWorld, type World } from "./world.ts";

const missing = { op: "list", error: failure("store-container-missing"), times: 100 } as const;

/** What the store's rules would allow an intruder to do elsewhere: other bytes at the newest manifest's path. */
function spoil(world: World, change: (text: string) => string): void {
  const { blobs } = world.store.memory.daily;
  const path = `manifests/${world.host}/${world.runIds("daily").at(-1) ?? ""}.jsonl`;
  const blob = blobs.get(path)!;
  blobs.set(path, { ...blob, content: Buffer.from(change(Buffer.from(blob.content).toString())) });
}

describe("a longer tier", () => {
  it.each([0, 1])("whose container is missing costs its own manifest only (nights before: %i)", async (before) => {
    const world = createWorld({ start: "2026-12-31T02:00:00Z" });
    for (let nth = 0; nth < before; nth += 1) await night(world);
    await world.clock.advance(DAY_IN_MS);
    world.store.memory.yearly.failNext({ ...missing, times: 1 });
    await night(world);
    expect(warningsOf(world)).toEqual(["tier-not-stored"]);
    expect(world.manifest()).toMatchObject({ head: { status: "partial" }, totals: { counts: { backedUp: 3 } } });
    expect(world.manifest("monthly")?.head.status).toBe("succeeded");
    expect(world.runIds("yearly").filter((runId) => runId.startsWith("2027"))).toHaveLength(0);
    await nextNight(world);
    expect(world.manifest("yearly")?.totals.counts.backedUp).toBe(3);
    expect(world.manifest()?.head.status).toBe("succeeded");
  });

  it("that takes no blobs is due again, and one that takes some names the others as failed", async () => {
    const world = createWorld();
    world.store.memory.monthly.failNext({ op: "create", path: /beta/, error: failure("store-forbidden") });
    world.store.memory.yearly.failNext({ op: "create", error: failure("store-forbidden"), times: 3 });
    await night(world);
    expect(world.manifest()?.head.status).toBe("partial");
    expect(world.runIds("yearly")).toHaveLength(0);
    expect(world.manifest("monthly")?.head.status).toBe("partial");
    expect(entryOf(world, "beta", "monthly")).toMatchObject({ outcome: "failed", code: "store-forbidden" });
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "backed-up" });
    await nextNight(world);
    expect(world.manifest("yearly")?.totals.counts.backedUp).toBe(3);
    expect(entryOf(world, "beta", "monthly")).toMatchObject({ outcome: "backed-up" });
  });

  it("whose manifest can't be created does not count as keeping a deleted key", async () => {
    const world = createWorld();
    await night(world);
    world.vault.delete("beta");
    world.store.memory.yearly.failNext({ op: "create", path: /^manifests/, error: failure("store-forbidden") });
    await nextNight(world);
    expect(entryOf(world, "beta")?.deleted?.keptIn).toEqual(["monthly"]);
    expect(world.manifest()?.head.status).toBe("partial");
    await nextNight(world);
    expect(entryOf(world, "beta")?.deleted?.keptIn.toSorted()).toEqual(["monthly", "yearly"]);
    expect(entryOf(world, "beta", "yearly")).toMatchObject({ outcome: "deleted", backup: {} });
  });

  it("that is turned off is left alone", async () => {
    const world = createWorld({ keepDays: { monthly: 0, yearly: 0 } });
    await night(world);
    world.vault.delete("beta");
    await nextNight(world);
    expect(world.store.memory.monthly.blobs.size + world.store.memory.yearly.blobs.size).toBe(0);
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "deleted", deleted: { keptIn: [] } });
  });
});

describe("a daily container", () => {
  it("that can't be read fails the delivery", async () => {
    const world = createWorld();
    await night(world);
    await world.clock.advance(DAY_IN_MS);
    world.store.memory.daily.failNext({ ...missing, times: 1 });
    await night(world);
    expect(world.manifest()?.head.status).toBe("succeeded");
  });
});

describe("a baseline", () => {
  it.each([
    ["truncated", (text: string) => text.slice(0, -40)],
    ["altered", (text: string) => text.replace("backed-up", "unchanged")],
    ["of another format", () => "{}\n{}\n"],
  ])("that is %s is warned of, and the one before is used", async (_case, change) => {
    const world = createWorld();
    await night(world);
    await nextNight(world);
    const [first, second] = world.runIds("daily");
    spoil(world, change);
    await world.clock.advance(DAY_IN_MS);
    await night(world);
    expect(warningsOf(world)).toEqual(["manifest-damaged"]);
    expect(world.manifest()?.head.baseline?.runId).toBe(first);
    expect(world.manifest()?.head.previous.map(({ runId }) => runId)).toEqual([second]);
  });

  it("that was copied from another run is refused as one", async () => {
    const world = createWorld();
    await night(world);
    await nextNight(world);
    const { blobs } = world.store.memory.daily;
    const [first, second] = world.runIds("daily").map((runId) => `manifests/${world.host}/${runId}.jsonl`);
    const planted = { ...blobs.get(first!)!, createdAt: blobs.get(second!)!.createdAt };
    blobs.set(second!, planted);
    await world.clock.advance(DAY_IN_MS);
    await night(world);
    expect(world.manifest()?.head.warnings[0]?.message).toContain("it is of another vault or run");
    expect(world.manifest()?.head.baseline?.runId).toBe(world.runIds("daily")[0]);
  });

  it("that can't be read in any tier makes the run a first one, with warnings", async () => {
    const world = createWorld();
    await night(world);
    for (const tier of ["daily", "monthly", "yearly"] as const) {
      const { blobs } = world.store.memory[tier];
      for (const [path, blob] of blobs)
        if (path.startsWith("manifests/")) blobs.set(path, { ...blob, content: Buffer.from("x") });
    }
    await world.clock.advance(DAY_IN_MS);
    await night(world);
    expect(world.manifest()?.head.baseline).toBeUndefined();
    expect(new Set(warningsOf(world))).toEqual(new Set(["manifest-damaged"]));
    expect(world.manifest()?.totals.counts.backedUp).toBe(3);
  });

  it("whose name lies about its time is reported", async () => {
    const world = createWorld();
    await night(world);
    const { blobs } = world.store.memory.daily;
    const [path] = [...blobs.keys()].filter((each) => each.startsWith("manifests/"));
    blobs.set(path!, { ...blobs.get(path!)!, createdAt: new Date(world.clock.now().getTime() + 4 * DAY_IN_MS) });
    await world.clock.advance(5 * DAY_IN_MS);
    await night(world);
    expect(warningsOf(world)).toEqual(["manifest-time"]);
  });
});

describe("a backup that is gone or damaged when it has to be carried on", () => {
  it.each(["backup-missing", "backup-damaged"] as const)("is lost and said to be: %s", async (code) => {
    const world = createWorld();
    await walk(world, {
      nights: 8,
      before: (_date, nth) => {
        if (nth === 1) world.vault.fault("backupKey", "beta", failure("key-disabled"));
      },
    });
    const { blobs } = world.store.memory.daily;
    const path = entryOf(world, "beta")!.backup!.path;
    if (code === "backup-missing") blobs.delete(path);
    else blobs.set(path, { ...blobs.get(path)!, content: Buffer.from("other") });
    await world.clock.advance(DAY_IN_MS);
    await night(world);
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "failed", backupLost: code });
    expect(entryOf(world, "beta")?.backup).toBeUndefined();
    expect(warningsOf(world)).toEqual([code]);
  });
});
