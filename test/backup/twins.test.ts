import { describe, expect, it } from "vitest";
import { backUpVault } from "../../src/backup/back-up-vault.ts";
import { startRun } from "../../src/backup/start-run.ts";
import { newRunId } from "../../src/catalog/run-id.ts";
import { tiers, type Tier } from "../../src/catalog/tiers.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import { sha256Of } from "../../src/catalog/hashes.ts";
import { night, startNight } from "./nights.ts";
import { createWorld, type World } from "./world.ts";

const seeds = Array.from({ length: 40 }, (_, nth) => nth + 1);

/** Lets others go first at each operation, a number of times that the seed determines. */
function interleave(world: World, seed: number): void {
  let state = seed * 2654435761;
  world.setHook(async () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    for (let turns = state % 7; turns > 0; turns -= 1) await new Promise((resolve) => setImmediate(resolve));
  });
}

/** No two instants are equal, as on two machines. */
function ticking({ context, clock }: World): World["context"] {
  let ticks = 0;
  return { ...context, clock: { ...clock, now: () => new Date(clock.now().getTime() + (ticks += 1)) } };
}

/** Every manifest that was named is named with its hash; those that none names are the tips. */
function tipsOf(world: World, tier: Tier): readonly string[] {
  const { blobs } = world.store.memory[tier];
  const named = new Set<string>();
  for (const runId of world.runIds(tier))
    for (const { runId: before, sha256 } of world.manifest(tier, runId)?.head.previous ?? []) {
      const bytes = blobs.get(`manifests/${world.host}/${before}.jsonl`)?.content ?? new Uint8Array();
      expect(sha256).toBe(sha256Of(bytes));
      named.add(before);
    }
  return world.runIds(tier).filter((runId) => !named.has(runId));
}

describe("a message delivered twice at the same time", () => {
  it.each(seeds)("stores every key once and completes once (order %i)", async (seed) => {
    const world = createWorld({
      start: "2026-12-31T02:00:00Z",
      vaults: [{ name: "kv-one", keys: ["a", "b", "c", "d"] }],
    });
    await night(world);
    await world.clock.advance(DAY_IN_MS);
    world.vault.delete("d");
    const [message] = await startNight(world);
    interleave(world, seed);
    const context = ticking(world);
    const results = await Promise.all([context, context].map((each) => backUpVault(message!, each, world.logger)));
    world.checkPromises();
    const lines = results.flatMap((result) => (result.outcome === "completed" && result.line ? [result.line] : []));
    expect(lines).toHaveLength(1);
    for (const tier of tiers) {
      expect(world.runIds(tier).filter((runId) => runId === message!.runId)).toHaveLength(1);
      expect(tipsOf(world, tier)).toEqual([message!.runId]);
      const backups = world.manifest(tier, message!.runId)?.keys.map(({ name, outcome }) => `${name} ${outcome}`);
      expect(backups).toEqual(["a backed-up", "b backed-up", "c backed-up", "d deleted"]);
    }
  });
});

describe("two runs at once", () => {
  it.each(seeds)("both complete, and the next one names both (order %i)", async (seed) => {
    const world = createWorld({ start: "2026-12-31T02:00:00Z" });
    await night(world);
    await world.clock.advance(DAY_IN_MS);
    const requests = [1, 2].map(() => ({
      runId: newRunId(world.clock.now()),
      trigger: "http" as const,
      startedAt: world.clock.now(),
    }));
    const started = await Promise.all(requests.map((request) => startRun(request, world.context, world.logger)));
    interleave(world, seed);
    const results = await Promise.all(
      started.flatMap(({ messages }) => messages.map((message) => backUpVault(message, world.context, world.logger))),
    );
    for (const result of results) expect(result).toMatchObject({ outcome: "completed", line: { status: "succeeded" } });
    world.setHook(undefined);
    const tips = tipsOf(world, "daily");
    await world.clock.advance(DAY_IN_MS);
    await night(world);
    world.checkPromises();
    expect(
      world
        .manifest()
        ?.head.previous.map(({ runId }) => runId)
        .toSorted(),
    ).toEqual(tips.toSorted());
    expect(tipsOf(world, "daily")).toHaveLength(1);
    expect(world.runIds("daily")).toHaveLength(4);
  });
});
