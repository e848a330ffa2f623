import { Option, type Command } from "commander";
import { findRunToJoin } from "../backup/join-run.ts";
import { firstMessage, startRun, type StartedRun } from "../backup/start-run.ts";
import { newRunId } from "../catalog/run-id.ts";
import { isFinished, type RunState } from "../catalog/run-state.ts";
import { planBackup, planText } from "./backup-plan.ts";
import { createCommand, openSession, type CommonOptions, type Host, type Session } from "./command.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";
import { openApp, type Opened } from "./open-app.ts";
import { startProgress } from "./progress.ts";
import { readRunManifests } from "./run-manifests.ts";
import { runText, stateOf } from "./runs.ts";
import { oneLine } from "./text.ts";
import { userName } from "./user-name.ts";
import { workRun } from "./work-run.ts";

interface BackupOptions extends CommonOptions {
  readonly plan?: boolean;
  readonly reason?: string;
  readonly resume?: string;
}

/** `backup [VAULT...]`: a run in this process, with the function app or without it. */
export const backupCommand = (host: Host): Command =>
  createCommand({
    usage: "backup [vaults...]",
    summary: "back up vaults now, from this machine",
    description:
      "Starts a run and works through it here: every configured vault, or those that are named.\n" +
      "It can be stopped at any time: what is stored stays, and --resume goes on from there.",
    examples: [
      ["backup --plan", "calls, minutes and cost of a run, without one"],
      ["backup", "back up every configured vault"],
      ['backup contoso-payments --reason "before the migration"', "back up one vault, and say why"],
      ["backup --resume 20261124t020000z-1f3a9c", "go on with a run that was stopped"],
    ],
  })
    .addOption(
      new Option("--plan", "only tell what a run would take; lists keys, stores nothing").conflicts([
        "resume",
        "reason",
      ]),
    )
    .option("--reason <text>", "why, for the run's plan and manifests")
    .option("--resume <run>", "go on with an unfinished run")
    .action(async (vaults: readonly string[], options: BackupOptions) => {
      const session = openSession(host, options);
      const opened = await openApp();
      host.outcome.exitCode = options.plan
        ? await plan(vaults, opened, session)
        : await backUp(vaults, options, opened, session);
    });

async function plan(vaults: readonly string[], { context }: Opened, session: Session): Promise<ExitCode> {
  const progress = startProgress(session.terminal, "counting keys", vaults.length || context.vaults.length);
  const planned = await planBackup(vaults, context, progress.step).finally(progress.stop);
  session.report(planned, () => planText(planned, context.settings.refreshDays));
  if (planned.refused.length === 0) return exitCodes.done;
  return planned.vaults.length > 0 ? exitCodes.partial : exitCodes.failed;
}

async function backUp(
  vaults: readonly string[],
  options: BackupOptions,
  opened: Opened,
  session: Session,
): Promise<ExitCode> {
  const wanted = vaults.length > 0 ? vaults : undefined;
  const underWay = options.resume === undefined && (await findRunToJoin(wanted, opened.context));
  if (underWay) return refuseSecondRun(underWay.runId, session);
  const started = await start(wanted, options, opened, session);
  const progress = startProgress(session.terminal, "vaults", started.messages.length);
  await workRun(started.messages, opened.app, session.logger, progress.step).finally(progress.stop);
  if (started.messages.length === 0 && started.refused.length > 0) {
    session.report({ runId: started.runId, refused: started.refused }, () => refusedText(started));
    return exitCodes.refused;
  }
  const run = await opened.app.readRun(started.runId);
  const reports = await readRunManifests(run, opened.context.stores);
  const { refused } = started;
  session.report({ ...run, state: stateOf(run), reports, refused }, () =>
    [runText(run, reports), refusedText(started)].filter((text) => text !== "").join("\n\n"),
  );
  return exitCodeOf(run, refused.length);
}

function refuseSecondRun(runId: string, session: Session): ExitCode {
  const message = `run ${runId} of these vaults is under way: a second one beside it would compete for their limits`;
  session.report({ refused: { code: "run-under-way", runId, message } }, () =>
    [
      `Refused: ${message}.`,
      `Follow it with  key-backup runs ${runId}`,
      `Where nobody works on it any more, go on with it here:  key-backup backup --resume ${runId}`,
    ].join("\n"),
  );
  return exitCodes.refused;
}

async function start(
  vaults: readonly string[] | undefined,
  { reason, resume }: BackupOptions,
  { app, context }: Opened,
  { logger }: Session,
): Promise<StartedRun> {
  if (resume === undefined) {
    const startedAt = context.clock.now();
    const optional = { ...(vaults && { vaults }), ...(reason && { reason }) };
    const request = {
      runId: newRunId(startedAt),
      trigger: "command-line",
      startedAt,
      requestedBy: userName(),
    } as const;
    return startRun({ ...request, ...optional }, context, logger);
  }
  const run = await app.readRun(resume);
  const unfinished = run.vaults.filter(
    ({ manifest, name }) => !manifest && (!vaults || vaults.some((one) => one.toLowerCase() === name.toLowerCase())),
  );
  const messages = unfinished.map(({ vault, requestsPerSecond }) => firstMessage(run.runId, vault, requestsPerSecond));
  return { runId: run.runId, messages, refused: [] };
}

function refusedText({ refused }: StartedRun): string {
  return refused.map(({ vault, code, message }) => oneLine(`Left out: ${vault}: ${code}: ${message}`)).join("\n");
}

function exitCodeOf(run: RunState, refused: number): ExitCode {
  const states = run.vaults.map(({ state }) => state);
  if (isFinished(run) && refused === 0 && states.every((state) => state === "succeeded")) return exitCodes.done;
  const isAnythingStored = states.some((state) => state === "succeeded" || state === "partial" || state === "running");
  return isAnythingStored ? exitCodes.partial : exitCodes.failed;
}
