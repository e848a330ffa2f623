import { manifestPath, planPath } from "../catalog/paths.ts";
import { readPlan } from "../catalog/plan.ts";
import { startOfRun } from "../catalog/run-id.ts";
import { longestRunInDays } from "../catalog/tiers.ts";
import type { VaultMessage } from "../catalog/vault-message.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import { DAY_IN_MS } from "../ports/clock.ts";
import type { Logger } from "../ports/logger.ts";
import type { BackupContext, VaultRun } from "./context.ts";

/** @throws KeyBackupError `vault-not-configured` or `plan-missing`: neither passes by itself. */
export async function openVaultRun(
  { runId, vault: host }: VaultMessage,
  context: BackupContext,
  logger: Logger,
): Promise<VaultRun> {
  const found = context.vaults.find(({ vault }) => vault.host === host);
  if (!found) throw new KeyBackupError("vault-not-configured", `back up vault ${host}: it is not configured`);
  const bytes = await found.store.containers.daily.read(planPath(runId));
  const runAt = startOfRun(runId);
  if (!bytes || !runAt) throw new KeyBackupError("plan-missing", `back up vault ${host}: run ${runId} has no plan`);
  return { ...found, runId, runAt, plan: readPlan(bytes, planPath(runId)), context, logger };
}

/** A manifest that late could outlive what it points at (promise 4), and newer runs have taken this one's place. */
export function isTooLate({ vault, runId, runAt, context, logger }: VaultRun): boolean {
  if (context.clock.now().getTime() - runAt.getTime() <= longestRunInDays * DAY_IN_MS) return false;
  logger.error(
    `${vault.host}: run ${runId} began more than ${longestRunInDays} days ago and is given up without a manifest`,
  );
  return true;
}

/** Only the daily manifest means done. */
export async function isDone({ store, vault, runId }: VaultRun): Promise<boolean> {
  return (await store.containers.daily.stat(manifestPath(vault.host, runId))) !== undefined;
}
