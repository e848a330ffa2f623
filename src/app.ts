import packageJson from "../package.json" with { type: "json" };
import { abandonVault } from "./backup/fail-vault.ts";
import { backUpVault, type AttemptResult } from "./backup/back-up-vault.ts";
import type { BackupContext } from "./backup/context.ts";
import { findRunToJoin } from "./backup/join-run.ts";
import { findUnfinishedVaults, stalledAfterInMs } from "./backup/resume-runs.ts";
import { startRun, type StartedRun } from "./backup/start-run.ts";
import { isRunId, newRunId, scheduledRunId } from "./catalog/run-id.ts";
import { listingOnce, listRunIds, readRunState, type ReadingOfRuns, type RunState } from "./catalog/run-state.ts";
import { readVaultHealth } from "./catalog/vault-health.ts";
import type { VaultMessage } from "./catalog/vault-message.ts";
import type { Config } from "./config/config.ts";
import { readConfig } from "./config/read-config.ts";
import { parseSchedule, type Schedule } from "./config/schedule.ts";
import { KeyBackupError, printable } from "./errors/key-backup-error.ts";
import type { Health } from "./http/answers.ts";
import type { Logger } from "./ports/logger.ts";
import { exportBackup, listKnownKeys, listKnownPoints, listKnownVaults } from "./restore/browse.ts";
import type { ExportedBackup, KnownKeys, KnownPoints, KnownVault } from "./restore/browse.ts";
import type {
  PointChoice,
  RestoreContext,
  RestorePlan,
  RestoreRequest,
  RestoreResult,
  RunRequest,
} from "./restore/context.ts";
import { planRestore } from "./restore/plan-restore.ts";
import { runRestore } from "./restore/run-restore.ts";
import { wireBackup, wireRestore } from "./wiring.ts";

/** What the functions and the command line call. */
export interface App {
  readonly config: Config;
  startScheduledRun(logger: Logger): Promise<StartedRun>;
  requestRun(request: RequestedRun, logger: Logger): Promise<StartedRun & { readonly joined: boolean }>;
  backUpVault(message: VaultMessage, logger: Logger): Promise<AttemptResult>;
  abandonVault(message: VaultMessage, logger: Logger): Promise<void>;
  findUnfinishedVaults(logger: Logger): Promise<readonly VaultMessage[]>;
  /** Newest first. */
  listRunIds(): Promise<readonly string[]>;
  readRuns(runIds: readonly string[]): Promise<readonly RunState[]>;
  readRun(runId: string): Promise<RunState>;
  readHealth(): Promise<Health>;
  /** Changes nothing. */
  planRestore(request: RestoreRequest, logger: Logger): Promise<RestorePlan>;
  runRestore(request: RunRequest, logger: Logger): Promise<RestoreResult>;
  /** Every vault that a store knows, whether or not it still exists. */
  listVaults(): Promise<readonly KnownVault[]>;
  listKeys(choice: PointChoice): Promise<KnownKeys>;
  listRecoveryPoints(choice: PointChoice & { readonly key: string }): Promise<KnownPoints>;
  exportBackup(choice: PointChoice & { readonly key: string }): Promise<ExportedBackup>;
}

export interface RequestedRun {
  readonly vaults?: readonly string[] | undefined;
  readonly reason?: string | undefined;
  readonly requestedBy: string;
}

let app: Promise<App> | undefined;

/**
 * The app, built on first use and kept for the process.
 * @throws KeyBackupError `bad-configuration` with every problem; the next call reads the settings again.
 */
export function getApp(): Promise<App> {
  app ??= buildApp().catch((error: unknown) => {
    app = undefined;
    throw error;
  });
  return app;
}

async function buildApp(): Promise<App> {
  const result = readConfig();
  if (!result.ok) {
    const problems = result.problems.map(({ setting, message }) => `${setting} ${message}`);
    throw new KeyBackupError("bad-configuration", `start the app: ${problems.length} problems with its settings`, {
      problems,
    });
  }
  const { config } = result;
  const { version } = packageJson;
  return createApp(config, await wireBackup(config, version), await wireRestore(config, version));
}

/** The app over given adapters. */
export function createApp(config: Config, context: BackupContext, restore: RestoreContext): App {
  const now = (): Date => context.clock.now();
  const schedule = scheduleOf(config);
  const readState = async (runId: string, more?: Pick<ReadingOfRuns, "listManifests">): Promise<RunState | undefined> =>
    readRunState(context.stores, runId, { now: now(), stalledAfterInMs: stalledAfterInMs(context), ...more });
  return {
    config,
    startScheduledRun(logger) {
      const startedAt = schedule.previousAt(new Date(now().getTime() + earlyTimerInMs));
      return startRun({ runId: scheduledRunId(startedAt), trigger: "schedule", startedAt: now() }, context, logger);
    },
    async requestRun({ vaults, reason, requestedBy }, logger) {
      const joinable = await findRunToJoin(vaults, context);
      if (joinable) return { ...joinable, refused: [], joined: true };
      const optional = { ...(vaults && { vaults }), ...(reason && { reason }) };
      const request = { runId: newRunId(now()), trigger: "http", startedAt: now(), requestedBy, ...optional } as const;
      return { ...(await startRun(request, context, logger)), joined: false };
    },
    backUpVault: (message, logger) => backUpVault(message, context, logger),
    async abandonVault(message, logger) {
      await abandonVault(message, context, logger);
    },
    findUnfinishedVaults: (logger) => findUnfinishedVaults(context, logger),
    listRunIds: () => listRunIds(context.stores),
    async readRuns(runIds) {
      const listManifests = listingOnce();
      const states: RunState[] = [];
      for (const runId of runIds) {
        const state = await readState(runId, { listManifests });
        if (state) states.push(state);
      }
      return states;
    },
    async readRun(runId) {
      const state = isRunId(runId) ? await readState(runId) : undefined;
      if (state) return state;
      throw new KeyBackupError("run-not-found", `read run "${printable(runId, 60)}": no store knows it`);
    },
    async readHealth() {
      const vaults = context.vaults.map(({ vault, store }) => ({ host: vault.host, store }));
      const health = await readVaultHealth({ vaults, now: now(), lateAfterInMs: 2 * schedule.longestGapInMs });
      const refused = context.vaultProblems;
      return {
        healthy: refused.length === 0 && health.every(({ state }) => state === "good"),
        vaults: health,
        refused,
      };
    },
    planRestore: (request, logger) => planRestore(request, restore, logger),
    runRestore: (request, logger) => runRestore(request, restore, logger),
    listVaults: () => listKnownVaults(restore),
    listKeys: (choice) => listKnownKeys(choice, restore),
    listRecoveryPoints: (choice) => listKnownPoints(choice, restore),
    exportBackup: (choice) => exportBackup(choice, restore),
  };
}

/** A timer may fire a moment before its instant. */
const earlyTimerInMs = 5_000;

function scheduleOf({ schedule }: Config): Schedule {
  const parsed = parseSchedule(schedule);
  if (parsed.ok) return parsed.schedule;
  throw new KeyBackupError("bad-configuration", "start the app: the schedule can't be read", {
    problems: [`KEY_BACKUP_SCHEDULE ${parsed.message}`],
  });
}
