import { startRun } from "../../src/backup/start-run.ts";
import { scheduledRunId } from "../../src/catalog/run-id.ts";
import type { World, WorldVault } from "./world.ts";

export const twoGeographies: readonly WorldVault[] = [
  { name: "kv-eu", keys: ["a"] },
  { name: "kv-us", region: "eastus", keys: ["b"] },
];

export const request = (world: World, change: object = {}) => ({
  runId: scheduledRunId(world.clock.now()),
  trigger: "schedule" as const,
  startedAt: world.clock.now(),
  ...change,
});

export const start = (world: World, change: object = {}) =>
  startRun(request(world, change), world.context, world.logger);
