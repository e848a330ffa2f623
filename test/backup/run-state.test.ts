import { describe, expect, it } from "vitest";
import { findRunToJoin } from "../../src/backup/join-run.ts";
import { findUnfinishedVaults } from "../../src/backup/resume-runs.ts";
import { newRunId } from "../../src/catalog/run-id.ts";
import { planPath } from "../../src/catalog/paths.ts";
import { listRunIds, readRunState } from "../../src/catalog/run-state.ts";
import { readVaultHealth } from "../../src/catalog/vault-health.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import { failure } from "./attempts.ts";
import { deliver, night } from "./nights.ts";
import { start, twoGeographies } from "./run-requests.ts";
import { createWorld, type World } from "./world.ts";

const HOUR_IN_MS = 3_600_000;
async function stateOf(world: World, runId: string): Promise<Record<string, string>> {
  const reading = { now: world.clock.now(), stalledAfterInMs: 1_200_000 };
  const state = await readRunState(world.stores, runId, reading);
  return Object.fromEntries((state?.vaults ?? []).map(({ name, state: each }) => [name, each]));
}

describe("the state of a run", () => {
  it("goes from waiting to running to its status, and to stalled without a sign of life", async () => {
    const world = createWorld({ vaults: twoGeographies });
    const { runId, messages } = await start(world);
    expect(await stateOf(world, runId)).toEqual({ "kv-eu": "waiting", "kv-us": "waiting" });
    await deliver(world, messages[0]!);
    expect(await stateOf(world, runId)).toEqual({ "kv-eu": "succeeded", "kv-us": "waiting" });
    await world.clock.advance(1_200_001);
    expect(await stateOf(world, runId)).toEqual({ "kv-eu": "succeeded", "kv-us": "stalled" });
    let operations = 0;
    world.setHook((operation) => {
      if (operations > 0 || operation.startsWith("create daily/manifests")) {
        operations += 1;
        throw new Error("the worker died");
      }
    });
    await deliver(world, messages[1]!).catch(() => undefined);
    world.setHook(undefined);
    expect(await stateOf(world, runId)).toEqual({ "kv-eu": "succeeded", "kv-us": "stalled" });
    await deliver(world, messages[1]!);
    expect(await stateOf(world, runId)).toEqual({ "kv-eu": "succeeded", "kv-us": "succeeded" });
  });

  it("says how many keys are stored so far", async () => {
    const world = createWorld();
    const { runId } = await start(world);
    const blobs = `blobs/${world.host}/${runId}/keys/`;
    await world.store.containers.daily.create(`${blobs}alpha.backup`, new Uint8Array([1]), {});
    await world.store.containers.daily.create(`${blobs}alpha.json`, new Uint8Array([1]), {});
    const state = await readRunState(world.stores, runId, { now: world.clock.now(), stalledAfterInMs: 1000 });
    expect(state?.vaults).toMatchObject([{ state: "running", stored: { keys: 1, newestAt: world.clock.now() } }]);
  });

  it("is read for more than twenty vaults with one listing", async () => {
    const vaults = Array.from({ length: 25 }, (_, nth) => ({ name: `kv-${nth}`, keys: ["a"] }));
    const world = createWorld({ vaults });
    const { runId, messages } = await start(world);
    for (const message of messages.slice(0, 24)) await deliver(world, message);
    const operations: string[] = [];
    world.setHook((operation) => void operations.push(operation));
    const states = Object.values(await stateOf(world, runId));
    expect(states.filter((state) => state === "succeeded")).toHaveLength(24);
    expect(states.filter((state) => state === "waiting")).toHaveLength(1);
    expect(operations.filter((operation) => operation.startsWith("stat"))).toEqual([]);
  });

  it("is none for a run that no store knows, or whose plan can't be read", async () => {
    const world = createWorld();
    const { runId } = await start(world);
    expect(await stateOf(world, "20260310t030000z-000000")).toEqual({});
    const { blobs } = world.store.memory.daily;
    blobs.set(planPath(runId), { ...blobs.get(planPath(runId))!, content: Buffer.from("{}") });
    expect(await stateOf(world, runId)).toEqual({});
  });

  it("lists runs newest first, each once", async () => {
    const world = createWorld({ vaults: twoGeographies });
    const first = await start(world);
    await world.clock.advance(DAY_IN_MS);
    const second = await start(world);
    expect(await listRunIds(world.stores)).toEqual([second.runId, first.runId]);
  });
});

describe("messages that were lost", () => {
  it.each([
    [0.9, 0],
    [1.1, 1],
    [23, 1],
    [25, 0],
  ])("are found again after %d hours: %i", async (hours, found) => {
    const world = createWorld({ vaults: twoGeographies });
    const { runId, messages } = await start(world);
    await deliver(world, messages[0]!);
    await world.clock.advance(hours * HOUR_IN_MS);
    const again = await findUnfinishedVaults(world.context, world.logger);
    expect(again).toEqual(found ? [{ ...messages[1], runId }] : []);
  });

  it("are not those of a vault that somebody works on, or that left the configuration", async () => {
    const world = createWorld();
    const { runId } = await start(world);
    await world.clock.advance(2 * HOUR_IN_MS);
    const without = { ...world.context, vaults: [] };
    expect(await findUnfinishedVaults(without, world.logger)).toEqual([]);
    expect(await findUnfinishedVaults(world.context, world.logger)).toHaveLength(1);
    const path = `blobs/${world.host}/${runId}/keys/alpha.backup`;
    await world.store.containers.daily.create(path, new Uint8Array([1]), {});
    expect(await findUnfinishedVaults(world.context, world.logger)).toEqual([]);
  });
});

describe("joining", () => {
  it.each([
    ["an unfinished run of the same vaults", 0.5, undefined, true],
    ["an unfinished run that covers the vault", 5.9, ["KV-EU"], true],
    ["no run older than six hours", 6.1, undefined, false],
    ["no run that does not cover the vault", 1, ["kv-other"], false],
  ] as const)("takes %s", async (_case, hours, wanted, joins) => {
    const world = createWorld({ vaults: twoGeographies });
    const { runId, messages } = await start(world);
    await deliver(world, messages[1]!);
    await world.clock.advance(hours * HOUR_IN_MS);
    const joined = await findRunToJoin(wanted, world.context);
    expect(joined?.runId).toBe(joins ? runId : undefined);
    expect(joined?.messages ?? []).toEqual(joins ? [messages[0]] : []);
  });

  it("takes no run that is finished", async () => {
    const world = createWorld();
    await night(world);
    expect(await findRunToJoin(undefined, world.context)).toBeUndefined();
  });

  it("sends nothing again for a vault that is only waiting", async () => {
    const world = createWorld();
    await start(world, { runId: newRunId(world.clock.now()) });
    expect((await findRunToJoin(undefined, world.context))?.messages).toEqual([]);
  });
});

describe("the health of vaults", () => {
  it("counts partial as good, failed as nothing, and tells late from never", async () => {
    const world = createWorld({ vaults: [...twoGeographies, { name: "kv-new", keys: ["c"] }] });
    const health = async () => {
      const vaults = world.context.vaults.map(({ vault, store }) => ({ host: vault.host, store }));
      const all = await readVaultHealth({ vaults, now: world.clock.now(), lateAfterInMs: 2 * DAY_IN_MS });
      return Object.fromEntries(all.map(({ vault, state, lastStatus }) => [vault.split(".")[0], [state, lastStatus]]));
    };
    world.vaultNamed("kv-new").fault("listKeys", "*", failure("vault-unreachable"));
    await night(world);
    expect(await health()).toEqual({
      "kv-eu": ["good", "succeeded"],
      "kv-us": ["good", "succeeded"],
      "kv-new": ["never", "failed"],
    });
    world.vaultNamed("kv-eu").fault("listKeys", "*", failure("vault-unreachable"));
    world.vaultNamed("kv-us").add({ name: "bad" });
    world.vaultNamed("kv-us").fault("backupKey", "bad", failure("key-disabled"));
    for (let nth = 0; nth < 3; nth += 1) {
      await world.clock.advance(DAY_IN_MS);
      await night(world);
    }
    expect(await health()).toEqual({
      "kv-eu": ["late", "failed"],
      "kv-us": ["good", "partial"],
      "kv-new": ["never", "failed"],
    });
  });
});
