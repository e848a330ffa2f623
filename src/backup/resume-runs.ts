import { startOfRun } from "../catalog/run-id.ts";
import { listRunIds, readRunState, type VaultProgress } from "../catalog/run-state.ts";
import type { VaultMessage } from "../catalog/vault-message.ts";
import { DAY_IN_MS } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { BackupContext } from "./context.ts";
import { firstMessage } from "./start-run.ts";

const HOUR_IN_MS = 3_600_000;

/**
 * Messages for the vaults of young plans that nobody works on: lost before they were sent, or with the queue. A vault
 * that is still waiting for its turn gets a second message by this; whichever comes second finds the work done.
 */
export async function findUnfinishedVaults(context: BackupContext, logger: Logger): Promise<readonly VaultMessage[]> {
  const now = context.clock.now();
  const messages: VaultMessage[] = [];
  for (const runId of await listRunIds(context.stores)) {
    const ageInMs = now.getTime() - (startOfRun(runId)?.getTime() ?? 0);
    if (ageInMs > DAY_IN_MS || ageInMs < HOUR_IN_MS) continue;
    const state = await readRunState(context.stores, runId, { now, stalledAfterInMs: stalledAfterInMs(context) });
    for (const progress of state?.vaults ?? []) {
      if (!isForsaken(progress, context)) continue;
      logger.warn(`run ${runId}: nobody works on ${progress.vault}; it is sent again`);
      messages.push(firstMessage(runId, progress.vault, progress.requestsPerSecond));
    }
  }
  return messages;
}

/** Twice the time limit of the function: no attempt can be alive without a sign for so long. */
export function stalledAfterInMs({ settings }: BackupContext): number {
  return 2 * settings.functionTimeLimitInMs;
}

function isForsaken({ state, vault }: VaultProgress, { vaults }: BackupContext): boolean {
  return state === "stalled" && vaults.some((configured) => configured.vault.host === vault);
}
