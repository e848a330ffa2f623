import { abandonVault } from "../../src/backup/fail-vault.ts";
import { backUpVault, type AttemptResult } from "../../src/backup/back-up-vault.ts";
import { startRun } from "../../src/backup/start-run.ts";
import type { CompletedLine } from "../../src/catalog/completed-line.ts";
import { scheduledRunId } from "../../src/catalog/run-id.ts";
import type { VaultMessage } from "../../src/catalog/vault-message.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import type { World } from "./world.ts";

const mostDeliveries = 5;
const redeliveredAfterInMs = 600_000;

/** What host and queue do with one message: continuations, redelivery, and at last the poison queue. */
export async function deliver(world: World, message: VaultMessage): Promise<CompletedLine | undefined> {
  const { context, logger, clock } = world;
  let current = message;
  for (let failures = 0; failures < mostDeliveries;) {
    const result = await backUpVault(current, context, logger).catch((): undefined => undefined);
    if (result?.outcome === "completed") return result.line;
    if (result?.outcome === "already-done") return undefined;
    if (result) {
      current = result.message;
      failures = 0;
    } else {
      failures += 1;
      await clock.advance(redeliveredAfterInMs);
    }
  }
  return abandonVault(current, context, logger);
}

/** The messages of a scheduled run of now. */
export async function startNight(world: World): Promise<readonly VaultMessage[]> {
  const startedAt = world.clock.now();
  const request = { runId: scheduledRunId(startedAt), trigger: "schedule", startedAt } as const;
  return (await startRun(request, world.context, world.logger)).messages;
}

/** One night: the timer, then every vault; afterwards every key that they listed has its line in the manifest. */
export async function night(world: World): Promise<readonly (CompletedLine | undefined)[]> {
  const lines: (CompletedLine | undefined)[] = [];
  for (const message of await startNight(world)) {
    world.listed.clear();
    lines.push(await deliver(world, message));
    accountsForAll(world, message, world.listed);
  }
  return lines;
}

/** Promise 1: every listed key (unless the vault failed as a whole), and every key of the baseline until it is forgotten, has one line. */
function accountsForAll(world: World, { runId, vault }: VaultMessage, listed: ReadonlySet<string>): void {
  const manifest = world.manifest("daily", runId, vault);
  if (!manifest) throw new Error(`${vault} has no manifest of ${runId}`);
  const named = manifest.keys.map(({ name }) => name.toLowerCase());
  if (new Set(named).size !== named.length) throw new Error(`a manifest of ${vault} names a key twice`);
  const { baseline } = manifest.head;
  const known = (baseline && world.manifest(baseline.tier, baseline.runId, vault)?.keys) ?? [];
  const keptUntil = world.clock.now().getTime() - world.context.settings.keepDays.daily * DAY_IN_MS;
  const lasting = known.filter(({ deleted }) => !deleted || Date.parse(deleted.since) > keptUntil);
  const isWhole = manifest.head.code === undefined;
  for (const name of [...(isWhole ? listed : []), ...lasting.map((entry) => entry.name.toLowerCase())])
    if (!named.includes(name)) throw new Error(`${runId} of ${vault} does not name ${name}`);
}

export interface WalkOptions {
  readonly nights: number;
  /** Called before each night, with its date (`2026-03-10`) and number from 0. */
  readonly before?: (date: string, nth: number) => void | Promise<void>;
  readonly after?: (date: string, nth: number) => void;
  /** Nights on which the app does not run at all. */
  readonly isOff?: (nth: number) => boolean;
}

/** Walks night by night with lifecycle rules applied, and checks every kept manifest at the end of each. */
export async function walk(world: World, { nights, before, after, isOff }: WalkOptions): Promise<void> {
  const start = world.clock.now().getTime();
  for (let nth = 0; nth < nights; nth += 1) {
    await world.clock.set(new Date(start + nth * DAY_IN_MS));
    const date = world.clock.now().toISOString().slice(0, 10);
    world.applyLifecycle();
    await before?.(date, nth);
    if (isOff?.(nth) !== true) await night(world);
    world.checkPromises();
    after?.(date, nth);
  }
}

/** Works on a message until it is completed, slice by slice; resolves to the last result and the number of slices. */
export async function workThrough(
  world: World,
  message: VaultMessage,
): Promise<{ readonly result: AttemptResult; readonly slices: number }> {
  let current = message;
  for (let slices = 1; ; slices += 1) {
    const result = await backUpVault(current, world.context, world.logger);
    if (result.outcome !== "continues") return { result, slices };
    current = result.message;
  }
}
