import type { Trigger } from "../catalog/manifest.ts";
import { planPath } from "../catalog/paths.ts";
import { readPlan, writePlan, type Plan } from "../catalog/plan.ts";
import { manifestsOfRun } from "../catalog/run-state.ts";
import type { Store } from "../catalog/store.ts";
import type { VaultMessage } from "../catalog/vault-message.ts";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import type { Logger } from "../ports/logger.ts";
import type { BackupContext, VaultInStore, VaultProblem } from "./context.ts";

export interface RunRequest {
  readonly runId: string;
  readonly trigger: Trigger;
  readonly startedAt: Date;
  /** Names or hosts of configured vaults; every vault when absent. */
  readonly vaults?: readonly string[];
  readonly reason?: string;
  readonly requestedBy?: string;
}

export interface StartedRun {
  readonly runId: string;
  /** One for each vault that this run has still to back up. The caller sends them. */
  readonly messages: readonly VaultMessage[];
  /** Vaults that can't be backed up as they are configured, or whose store took no plan. */
  readonly refused: readonly VaultProblem[];
}

/**
 * Writes one plan per store and returns the messages. A plan that is there already (the timer was retried) is gone on
 * with as it stands.
 * @throws KeyBackupError `bad-request` for a vault that is not configured.
 */
export async function startRun(request: RunRequest, context: BackupContext, logger: Logger): Promise<StartedRun> {
  const { vaults, refused } = chooseVaults(request.vaults, context);
  const messages: VaultMessage[] = [];
  const failures: KeyBackupError[] = [];
  const unplanned: VaultProblem[] = [];
  for (const [store, itsVaults] of groupByStore(vaults)) {
    try {
      const plan = await storePlan(store, buildPlan(request, store, itsVaults, { vaults, context }));
      messages.push(...(await messagesOf(plan, store)));
    } catch (error) {
      if (!(error instanceof KeyBackupError)) throw error;
      failures.push(error);
      unplanned.push(
        ...itsVaults.map(({ vault }) => ({ vault: vault.host, code: error.code, message: error.message })),
      );
      logger.error(`start run ${request.runId} in ${store.geography}: ${error.code}: ${error.message}`);
    }
  }
  for (const { vault, code, message } of refused) logger.error(`vault ${vault} is refused: ${code}: ${message}`);
  if (messages.length === 0 && failures[0]) throw failures[0];
  logger.info(`run ${request.runId}: ${messages.length} vaults to back up, ${refused.length} refused`);
  return { runId: request.runId, messages, refused: [...refused, ...unplanned] };
}

function chooseVaults(
  names: readonly string[] | undefined,
  { vaults, vaultProblems }: BackupContext,
): { vaults: readonly VaultInStore[]; refused: readonly VaultProblem[] } {
  if (!names) return { vaults, refused: vaultProblems };
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  const isWanted = (...aliases: string[]): boolean => aliases.some((alias) => wanted.has(alias.toLowerCase()));
  const chosen = vaults.filter(({ vault }) => isWanted(vault.name, vault.host));
  const refused = vaultProblems.filter(({ vault }) => isWanted(vault));
  const known = [...chosen.flatMap(({ vault }) => [vault.name, vault.host]), ...refused.map(({ vault }) => vault)];
  const unknown = [...wanted].filter((name) => !known.some((alias) => alias.toLowerCase() === name));
  if (unknown.length > 0) {
    const problems = unknown.map((name) => `vaults: "${printable(name, 60)}" is not a configured vault`);
    throw new KeyBackupError("bad-request", `start a run: ${problems.length} vaults are not configured`, { problems });
  }
  return { vaults: chosen, refused };
}

function groupByStore(vaults: readonly VaultInStore[]): ReadonlyMap<Store, readonly VaultInStore[]> {
  const groups = new Map<Store, VaultInStore[]>();
  for (const one of vaults) groups.set(one.store, [...(groups.get(one.store) ?? []), one]);
  return groups;
}

function buildPlan(
  request: RunRequest,
  store: Store,
  itsVaults: readonly VaultInStore[],
  { vaults, context }: { readonly vaults: readonly VaultInStore[]; readonly context: BackupContext },
): Omit<Plan, "format" | "version"> {
  const ceilings = new Map<string, number>();
  for (const { vault } of vaults) ceilings.set(ceilingOf(vault), (ceilings.get(ceilingOf(vault)) ?? 0) + 1);
  return {
    runId: request.runId,
    trigger: request.trigger,
    ...(request.reason && { reason: request.reason }),
    ...(request.requestedBy && { requestedBy: request.requestedBy }),
    startedAt: request.startedAt.toISOString(),
    toolVersion: context.settings.toolVersion,
    store: { url: store.url, region: store.region, geography: store.geography },
    vaults: itsVaults.map(({ vault }) => ({
      vault: vault.host,
      name: vault.name,
      requestsPerSecond: context.requestsPerSecond(ceilings.get(ceilingOf(vault)) ?? 1),
    })),
  };
}

/** Vaults of one subscription in one region share a ceiling. */
const ceilingOf = (vault: { readonly subscriptionId: string; readonly region: string }): string =>
  `${vault.subscriptionId.toLowerCase()} ${vault.region}`;

/** Creates the plan; resolves to the one that is stored. */
async function storePlan(store: Store, plan: Omit<Plan, "format" | "version">): Promise<Plan> {
  const path = planPath(plan.runId);
  const bytes = writePlan(plan);
  const facts = { trigger: plan.trigger, startedat: plan.startedAt, vaults: String(plan.vaults.length) };
  const { outcome } = await store.containers.daily.create(path, bytes, facts);
  const stored = outcome === "created" ? bytes : await store.containers.daily.read(path);
  return readPlan(stored ?? bytes, path);
}

async function messagesOf(plan: Plan, store: Store): Promise<readonly VaultMessage[]> {
  const done = await manifestsOfRun(store, plan);
  return plan.vaults
    .filter(({ vault }) => !done.has(vault))
    .map(({ vault, requestsPerSecond }) => firstMessage(plan.runId, vault, requestsPerSecond));
}

export function firstMessage(runId: string, vault: string, requestsPerSecond: number): VaultMessage {
  return { version: 1, runId, vault, slice: 1, idleSlices: 0, requestsPerSecond };
}
