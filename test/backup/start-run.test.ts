import { describe, expect, it } from "vitest";
import { readPlan } from "../../src/catalog/plan.ts";
import { planPath } from "../../src/catalog/paths.ts";
import { readRunState } from "../../src/catalog/run-state.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import { failure } from "./attempts.ts";
import { deliver, night, startNight } from "./nights.ts";
import { start, twoGeographies } from "./run-requests.ts";
import { createWorld } from "./world.ts";

describe("starting a run", () => {
  it("writes a plan into each store and returns a message a vault, with ids only", async () => {
    const world = createWorld({ vaults: twoGeographies });
    const { runId, messages, refused } = await start(world, { reason: "because", requestedBy: "ann" });
    expect(refused).toEqual([]);
    expect(messages).toEqual([
      { version: 1, runId, vault: "kv-eu.vault.azure.net", slice: 1, idleSlices: 0, requestsPerSecond: 100 },
      { version: 1, runId, vault: "kv-us.vault.azure.net", slice: 1, idleSlices: 0, requestsPerSecond: 100 },
    ]);
    const plans = world.stores.map(({ memory }) =>
      readPlan(memory.daily.blobs.get(planPath(runId))!.content, planPath(runId)),
    );
    expect(plans.map((plan) => [plan.store.geography, plan.vaults.map(({ name }) => name), plan.reason])).toEqual([
      ["Europe", ["kv-eu"], "because"],
      ["United States", ["kv-us"], "because"],
    ]);
  });

  it("again finds its own plan, and leaves out what is done", async () => {
    const world = createWorld({ vaults: twoGeographies });
    const first = await start(world);
    await deliver(world, first.messages[0]!);
    await world.clock.advance(60_000);
    const runId = first.runId;
    const again = await start(world, { runId });
    expect(again.messages).toEqual([first.messages[1]]);
    expect((await readRunState(world.stores, runId, { now: world.clock.now(), stalledAfterInMs: 1 }))?.startedAt).toBe(
      "2026-03-10T02:00:00.000Z",
    );
  });

  it.each([
    [5, 100],
    [6, 100 * (5 / 6)],
    [10, 50],
  ])("shares the ceiling of a subscription and region among %i vaults", async (count, rate) => {
    const vaults = Array.from({ length: count }, (_, nth) => ({ name: `kv-${nth}` }));
    const elsewhere = { name: "kv-ne", region: "northeurope" };
    const other = { name: "kv-other", subscriptionId: "0f9e8d7c-1111-4222-8333-444455556666" };
    const world = createWorld({ vaults: [...vaults, elsewhere, other] });
    const { messages } = await start(world);
    expect(messages.slice(0, count).map(({ requestsPerSecond }) => requestsPerSecond)).toEqual(Array(count).fill(rate));
    expect(messages.slice(count).map(({ requestsPerSecond }) => requestsPerSecond)).toEqual([100, 100]);
  });

  it("shares it among the chosen vaults only, by name or host in any case", async () => {
    const vaults = Array.from({ length: 10 }, (_, nth) => ({ name: `kv-${nth}` }));
    const world = createWorld({ vaults });
    const { messages } = await start(world, { vaults: ["KV-3", "kv-5.vault.azure.net"] });
    expect(messages.map(({ vault, requestsPerSecond }) => [vault, requestsPerSecond])).toEqual([
      ["kv-3.vault.azure.net", 100],
      ["kv-5.vault.azure.net", 100],
    ]);
  });

  it("with a vault that is not configured starts nothing and names it", async () => {
    const world = createWorld();
    await expect(start(world, { vaults: ["kv-one", "kv-two", "kv-\u0007three"] })).rejects.toMatchObject({
      code: "bad-request",
      problems: ['vaults: "kv-two" is not a configured vault', 'vaults: "kv- three" is not a configured vault'],
    });
    expect(world.store.memory.daily.blobs.size).toBe(0);
  });

  it("tells of vaults that are refused, and backs up the others", async () => {
    const problem = { vault: "kv-bad", code: "no-store-in-geography", message: "no store in Japan" } as const;
    const world = createWorld({ vaultProblems: [problem] });
    const { messages, refused } = await start(world);
    expect(messages).toHaveLength(1);
    expect(refused).toEqual([problem]);
    expect(world.logger.text()).toContain("vault kv-bad is refused: no-store-in-geography");
    expect((await start(world, { vaults: ["kv-bad"] })).messages).toEqual([]);
  });

  it("goes on without a store that takes no plan, and tells of its vaults; without any it throws", async () => {
    const world = createWorld({ vaults: twoGeographies });
    world.stores[0]!.memory.daily.failNext({ op: "create", error: failure("store-forbidden") });
    const { messages, refused } = await start(world);
    expect(messages.map(({ vault }) => vault)).toEqual(["kv-us.vault.azure.net"]);
    expect(refused).toMatchObject([{ vault: "kv-eu.vault.azure.net", code: "store-forbidden" }]);
    await world.clock.advance(DAY_IN_MS);
    for (const { memory } of world.stores) memory.daily.failNext({ op: "create", error: failure("store-timeout") });
    await expect(start(world)).rejects.toMatchObject({ code: "store-timeout" });
  });

  it("survives a lost answer: the plan that is stored counts", async () => {
    const world = createWorld();
    world.store.memory.daily.failNext({ op: "create", error: failure("store-timeout"), applied: true });
    await expect(start(world)).rejects.toMatchObject({ code: "store-timeout" });
    expect((await start(world)).messages).toHaveLength(1);
  });
});

describe("a message", () => {
  it.each([
    ["of a vault that is not configured any more", { vault: "kv-old.vault.azure.net" }, "vault-not-configured"],
    ["of a run without a plan", { runId: "20260310t030000z-000000" }, "plan-missing"],
  ])("%s is refused", async (_case, change, code) => {
    const world = createWorld();
    const [message] = await startNight(world);
    await expect(deliver(world, { ...message!, ...change })).rejects.toMatchObject({ code });
  });

  it("warns of what the geography rule allows but an operator should know", async () => {
    const world = createWorld();
    const warnings = [{ code: "dod-regions", message: "two regions of the Department of Defense" }];
    const vaults = world.context.vaults.map((each) => ({ ...each, warnings }));
    await night({ ...world, context: { ...world.context, vaults } });
    expect(world.manifest()?.head.warnings).toEqual(warnings);
  });
});
