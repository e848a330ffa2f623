import { expect, vi } from "vitest";
import * as z from "zod";
import { manifestPath } from "../../src/catalog/paths.ts";
import { readManifest, type Manifest } from "../../src/catalog/manifest.ts";
import type { Tier } from "../../src/catalog/tiers.ts";
import type { LogEntry } from "../../local/functions-host/log.ts";
import type { SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { europe, type Environment } from "./environment.ts";

const runSchema = z.object({
  runId: z.string(),
  trigger: z.string(),
  state: z.string(),
  vaults: z.array(z.looseObject({ vault: z.string(), state: z.string() })),
});
type Run = z.infer<typeof runSchema>;

const runsSchema = z.object({ runs: z.array(z.object({ runId: z.string(), trigger: z.string() })) });
const startedSchema = z.object({ runId: z.string(), joined: z.boolean() });

/** Fires the timer; resolves to the id of its run. */
export async function startNight(host: SpawnedFunctionsHost): Promise<string> {
  expect(await host.fireTimer("nightlyBackup")).toEqual({ outcome: "succeeded" });
  const { runs } = runsSchema.parse(await (await host.fetch("/api/runs?limit=100")).json());
  return runs.find(({ trigger }) => trigger === "schedule")?.runId ?? "";
}

/** `POST /backups` for some vaults; resolves to the id of the run. */
export async function requestRun(host: SpawnedFunctionsHost, ...vaults: readonly string[]): Promise<string> {
  const response = await host.fetch("/api/backups", { method: "POST", body: JSON.stringify({ vaults }) });
  expect(response.status).toBe(202);
  const { runId, joined } = startedSchema.parse(await response.json());
  expect(joined).toBe(false);
  return runId;
}

const ended = new Set(["succeeded", "partial", "failed"]);

/** Waits, at most 60 seconds, until every vault of the run has its manifest. What the host logged last says why it had to wait too long. */
export async function waitForRun(host: SpawnedFunctionsHost, runId: string): Promise<Run> {
  return vi.waitFor(
    async () => {
      const response = await host.fetch(`/api/runs/${runId}`).catch(() => undefined);
      const run = runSchema.safeParse(await response?.json()).data;
      const open = run?.vaults.filter(({ state }) => !ended.has(state));
      if (run && open?.length === 0) return run;
      const lines = host.logs().slice(-15);
      throw new Error([`run ${runId} goes on`, open, ...lines].map((line) => JSON.stringify(line)).join("\n"));
    },
    { timeout: 60_000, interval: 300 },
  );
}

/** Waits, at most 30 seconds, until the host has logged the text so often. */
export async function waitForLog(host: SpawnedFunctionsHost, text: string, times = 1): Promise<readonly LogEntry[]> {
  return vi.waitFor(
    () => {
      const found = logged(host, text);
      if (found.length < times) throw new Error(`"${text}" was logged ${found.length} of ${times} times`);
      return found;
    },
    { timeout: 30_000, interval: 50 },
  );
}

export const logged = (host: SpawnedFunctionsHost, text: string): readonly LogEntry[] =>
  host.logs().filter(({ message }) => message.includes(text));

/** @throws when the run has no manifest of the vault in that tier. */
export async function manifestOf(
  environment: Environment,
  address: { readonly vault: string; readonly runId: string; readonly tier?: Tier; readonly account?: string },
): Promise<Manifest> {
  const { vault, runId, tier = "daily", account = europe.account } = address;
  const path = manifestPath(vault, runId);
  const bytes = await environment.container(tier, account).read(path);
  if (!bytes) throw new Error(`${account} has no ${tier}/${path}`);
  return readManifest(bytes, path);
}
