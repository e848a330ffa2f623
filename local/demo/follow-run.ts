import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";
import type { SpawnedFunctionsHost } from "../functions-host/spawn.ts";
import { dim, say } from "./printing.ts";

const runSchema = z.object({
  runId: z.string(),
  state: z.string(),
  vaults: z.array(
    z.object({
      vault: z.string(),
      state: z.string(),
      keys: z.number().optional(),
      code: z.string().optional(),
      stored: z.object({ keys: z.number() }).optional(),
    }),
  ),
});
export type FollowedRun = z.infer<typeof runSchema>;

const pollInMs = 400;
const mostInMs = 45_000;

/** Asks `GET /api/runs/{runId}` until every vault has its manifest, and says how far it is. */
export async function followRun(host: SpawnedFunctionsHost, runId: string): Promise<FollowedRun> {
  const until = Date.now() + mostInMs;
  let said = "";
  for (;;) {
    const response = await host.fetch(`/api/runs/${runId}`);
    const run = runSchema.parse(await response.json());
    const line = run.vaults.map(progressOf).join("   ");
    if (line !== said) say(dim(`  ${line}`));
    said = line;
    if (run.state !== "running") return run;
    if (Date.now() > until) throw new Error(`run ${runId} is still ${run.state} after ${mostInMs / 1000} s`);
    await wait(pollInMs);
  }
}

function progressOf({ vault, state, keys, stored }: FollowedRun["vaults"][number]): string {
  const count = keys ?? stored?.keys ?? 0;
  return `${vault.replace("contoso-", "")} ${state === "running" || state === "waiting" ? count : `${count} ${state}`}`;
}
