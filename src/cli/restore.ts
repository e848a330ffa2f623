import { Option, type Command } from "commander";
import type { RestoredKey, RestorePlan, RestoreRequest, RestoreResult } from "../restore/context.ts";
import { predictionCodes, type PredictionCode } from "../restore/refusal.ts";
import { createCommand, openSession, type Host, type Session } from "./command.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";
import { openApp, type Opened } from "./open-app.ts";
import { addPointOptions, pointChoice, type PointOptions } from "./point-options.ts";
import { startProgress, type Progress } from "./progress.ts";
import { planData, resultData } from "./restore-data.ts";
import { planText, resultText } from "./restore-text.ts";
import { userName } from "./user-name.ts";

interface RestoreOptions extends PointOptions {
  readonly all?: boolean;
  readonly to?: string;
  readonly attempt?: readonly PredictionCode[];
  readonly rotationPolicy?: boolean;
  readonly run?: boolean;
  readonly confirm?: string;
}

/** `restore VAULT [KEY...]`: the plan, and with `--run` the restore that it foretells. */
export const restoreCommand = (host: Host): Command =>
  addPointOptions(
    createCommand({
      usage: "restore <vault> [keys...]",
      summary: "plan a restore; with --run, do it",
      description:
        "Tells what a restore would do and everything that speaks against it; nothing is changed.\n" +
        "With --run --confirm NAME the keys are restored one after another, and each is proven afterwards.\n" +
        "A deleted key that is still recoverable is better recovered than restored (docs/restore-runbook.md).",
      examples: [
        ["restore contoso-payments signing", "the plan for one key, back into its own vault"],
        ["restore contoso-payments signing --run --confirm contoso-payments", "restore it"],
        ["restore contoso-payments --all --to contoso-spare", "the plan for a whole vault, into another one"],
        ["restore contoso-payments signing --as-of 2026-11-01", "as it was backed up by the first of November"],
      ],
    }),
  )
    .option("--all", "every key that the vault had")
    .option("--to <vault>", "the configured vault to restore to; its own unless told")
    .addOption(new Option("--attempt <code...>", "try in spite of this prediction").choices(predictionCodes))
    .option("--rotation-policy", "put the recorded rotation policy back too")
    .option("--run", "restore, rather than plan")
    .option("--confirm <vault>", "the target vault's name, typed out; needed with --run")
    .action(async (vault: string, keys: readonly string[], options: RestoreOptions, command: Command) => {
      const request = requestOf(vault, keys, options, command);
      const session = openSession(host, options);
      const opened = await openApp();
      host.outcome.exitCode = options.run
        ? await run(request, options.confirm ?? "", opened, session)
        : await plan(request, opened, session);
    });

function requestOf(vault: string, keys: readonly string[], options: RestoreOptions, command: Command): RestoreRequest {
  const { all, to, attempt, rotationPolicy, run: isRun, confirm } = options;
  if (all === true && keys.length > 0) command.error("error: name keys or give --all, not both");
  if (all !== true && keys.length === 0) command.error("error: name the keys, or give --all");
  if (isRun === true && confirm === undefined)
    command.error("error: --run needs --confirm with the target vault's name");
  if (isRun !== true && confirm !== undefined) command.error("error: --confirm is for --run");
  return {
    ...pointChoice(vault, options),
    keys: all === true ? "all" : keys,
    target: to ?? vault,
    ...(attempt && { attempt }),
    ...(rotationPolicy && { rotationPolicy }),
  };
}

const planCodes: Readonly<Record<RestorePlan["status"], ExitCode>> = {
  allowed: exitCodes.done,
  "partly-refused": exitCodes.partial,
  refused: exitCodes.refused,
};

async function plan(request: RestoreRequest, { app }: Opened, session: Session): Promise<ExitCode> {
  const planned = await app.planRestore(request, session.logger);
  session.report(planData(planned), () => planText(planned));
  return planCodes[planned.status];
}

const resultCodes: Readonly<Record<RestoreResult["status"], ExitCode>> = {
  succeeded: exitCodes.done,
  partial: exitCodes.partial,
  failed: exitCodes.failed,
  refused: exitCodes.refused,
};

async function run(request: RestoreRequest, confirm: string, { app }: Opened, session: Session): Promise<ExitCode> {
  let progress: Progress | undefined;
  const onProgress = (_key: RestoredKey, _done: number, total: number): void => {
    progress ??= startProgress(session.terminal, "keys", total);
    progress.step();
  };
  const asked = { ...request, confirm, requestedBy: userName(), onProgress };
  const result = await app.runRestore(asked, session.logger).finally(() => progress?.stop());
  session.report(resultData(result), () => resultText(result));
  return resultCodes[result.status];
}
