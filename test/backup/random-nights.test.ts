import * as fc from "fast-check";
import { expect, it } from "vitest";
import { backUpVault } from "../../src/backup/back-up-vault.ts";
import { abandonVault } from "../../src/backup/fail-vault.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import { failure } from "./attempts.ts";
import { deliver, startNight } from "./nights.ts";
import { createWorld, type World } from "./world.ts";

const names = ["alpha", "beta", "gamma", "delta"] as const;
const key = fc.constantFrom(...names);
const daysPassed = fc.integer({ min: 1, max: 12 });

type Event =
  | { readonly does: "fail" | "heal" | "delete" | "recover" | "rotate"; readonly name: string }
  | { readonly does: "crash"; readonly at: number; readonly abandon: boolean }
  | { readonly does: "outage" | "repeat" | "nothing" }
  | { readonly does: "tier-outage"; readonly tier: "monthly" | "yearly" }
  | { readonly does: "off"; readonly days: number };

const event: fc.Arbitrary<Event> = fc.oneof(
  fc.record({ does: fc.constantFrom("fail", "heal", "delete", "recover", "rotate"), name: key }),
  fc.record({ does: fc.constant("crash"), at: fc.integer({ min: 1, max: 70 }), abandon: fc.boolean() }),
  fc.record({ does: fc.constantFrom("outage", "repeat", "nothing") }),
  fc.record({ does: fc.constant("tier-outage"), tier: fc.constantFrom("monthly", "yearly") }),
  fc.record({ does: fc.constant("off"), days: daysPassed }),
);

/** Applies what changes the vault; says which keys are there. */
function change(world: World, live: Set<string>, { does, name }: Extract<Event, { name: string }>): void {
  if (does === "fail") world.vault.fault("backupKey", name, failure("key-disabled"));
  else if (does === "heal") world.vault.clearFaults();
  else if (does === "delete" && live.delete(name)) world.vault.delete(name);
  else if (does === "recover" && !live.has(name)) {
    live.add(name);
    world.vault.recover(name);
  } else if (does === "rotate" && live.has(name)) world.vault.rotate(name);
}

async function liveThrough(world: World, live: Set<string>, each: Event): Promise<void> {
  if ("name" in each) change(world, live, each);
  await world.clock.advance(DAY_IN_MS * (each.does === "off" ? each.days : 1));
  world.applyLifecycle();
  if (each.does === "outage") world.vault.fault("listKeys", "*", failure("vault-unreachable"), 5);
  if (each.does === "tier-outage")
    world.store.memory[each.tier].failNext({ op: "list", error: failure("store-unreachable") });
  const [message] = await startNight(world);
  if (!message) throw new Error("the run has no message");
  if (each.does === "crash") {
    let operations = 0;
    world.setHook(() => {
      if ((operations += 1) >= each.at) throw new Error("the worker died");
    });
    await backUpVault(message, world.context, world.logger).catch((error: unknown) => {
      if (!(error instanceof Error) || error.message !== "the worker died") throw error;
    });
    world.setHook(undefined);
    if (each.abandon) await abandonVault(message, world.context, world.logger);
  }
  await deliver(world, message);
  if (each.does !== "repeat") return;
  const again = await backUpVault(message, world.context, world.logger);
  if (again.outcome !== "already-done") throw new Error("the second delivery found work to do");
}

/** What is wrong at the end of a night, whatever happened before: nothing. */
function problemsOf(world: World, live: ReadonlySet<string>, protectedKeys: Set<string>): readonly string[] {
  world.checkPromises();
  const manifest = world.manifest();
  if (!manifest) return ["the night left no manifest"];
  const problems: string[] = [];
  const named = new Map(manifest.keys.map((entry) => [entry.name, entry]));
  if (!manifest.head.code)
    for (const name of live)
      if ((named.get(name)?.outcome ?? "deleted") === "deleted") problems.push(`${name} is not accounted for`);
  for (const { name, backup } of manifest.keys) if (backup) protectedKeys.add(name);
  for (const name of protectedKeys) {
    const entry = named.get(name);
    // Deleted so long ago that `daily` names it no more: should it come back, it starts anew.
    if (!entry && !live.has(name)) protectedKeys.delete(name);
    if (entry && !entry.backup) problems.push(`${name} lost its backup`);
  }
  return problems;
}

it.each([
  [0, 11],
  [30, 12],
  [3, 13],
])("any 120 nights keep the promises (refresh days %i)", { timeout: 240_000 }, async (refreshDays, seed) => {
  await fc.assert(
    fc.asyncProperty(fc.array(event, { minLength: 120, maxLength: 120 }), async (events) => {
      const world = createWorld({
        refreshDays,
        start: "2026-10-20T02:00:00Z",
        keepDays: { daily: 14, monthly: 62, yearly: 400 },
        vaults: [{ name: "kv-one", keys: names }],
      });
      const live = new Set<string>(names);
      const protectedKeys = new Set<string>();
      await deliver(world, (await startNight(world))[0]!);
      expect(problemsOf(world, live, protectedKeys)).toEqual([]);
      for (const each of events) {
        await liveThrough(world, live, each);
        expect(problemsOf(world, live, protectedKeys)).toEqual([]);
      }
    }),
    { numRuns: 10, seed, endOnFailure: true },
  );
});
