import { isFinished, listRunIds, readRunState, type RunState } from "../catalog/run-state.ts";
import { startOfRun } from "../catalog/run-id.ts";
import type { VaultMessage } from "../catalog/vault-message.ts";
import type { BackupContext } from "./context.ts";
import { stalledAfterInMs } from "./resume-runs.ts";
import { firstMessage } from "./start-run.ts";

/** A run older than this is left to itself, and a new one is started. */
const oldestToJoinInMs = 6 * 3_600_000;

export interface JoinableRun {
  readonly runId: string;
  /** For its vaults that nobody works on any more. */
  readonly messages: readonly VaultMessage[];
}

/** An unfinished run that covers the wanted vaults: a second one beside it would only compete for the vaults' limits. */
export async function findRunToJoin(
  wanted: readonly string[] | undefined,
  context: BackupContext,
): Promise<JoinableRun | undefined> {
  const now = context.clock.now();
  for (const runId of await listRunIds(context.stores)) {
    const startedAt = startOfRun(runId)?.getTime() ?? 0;
    if (now.getTime() - startedAt > oldestToJoinInMs) return undefined;
    const state = await readRunState(context.stores, runId, { now, stalledAfterInMs: stalledAfterInMs(context) });
    if (!state || isFinished(state) || !covers(state, wanted, context)) continue;
    const stalled = state.vaults.filter((vault) => vault.state === "stalled");
    return {
      runId,
      messages: stalled.map(({ vault, requestsPerSecond }) => firstMessage(runId, vault, requestsPerSecond)),
    };
  }
  return undefined;
}

function covers(state: RunState, wanted: readonly string[] | undefined, { vaults }: BackupContext): boolean {
  const planned = new Set(state.vaults.flatMap(({ vault, name }) => [vault.toLowerCase(), name.toLowerCase()]));
  const names = wanted ?? vaults.map(({ vault }) => vault.host);
  return names.every((name) => planned.has(name.toLowerCase()));
}
