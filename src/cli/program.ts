import { Command, CommanderError } from "commander";
import { errorCodes } from "../errors/codes.ts";
import { toKeyBackupError } from "../errors/key-backup-error.ts";
import { backupCommand } from "./backup.ts";
import type { Host } from "./command.ts";
import { doctorCommand } from "./doctor.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";
import { describeFailure, failureText } from "./failure.ts";
import { exportCommand } from "./export.ts";
import { inspectCommand } from "./inspect.ts";
import { keysCommand } from "./keys.ts";
import { version } from "./open-app.ts";
import { pointsCommand } from "./points.ts";
import { restoreCommand } from "./restore.ts";
import { runsCommand } from "./runs.ts";
import type { Terminal } from "./terminal.ts";
import { jsonText } from "./text.ts";
import { vaultsCommand } from "./vaults.ts";

/** Runs one command line; resolves to its exit code. Never throws. */
export async function runProgram(words: readonly string[], terminal: Terminal): Promise<ExitCode> {
  const host: Host = { terminal, outcome: { json: words.includes("--json"), exitCode: exitCodes.done } };
  try {
    await createProgram(host).parseAsync([...words], { from: "user" });
    return host.outcome.exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
    const failure = toKeyBackupError(error, `run key-backup ${words[0] ?? ""}`.trim());
    const described = describeFailure(failure);
    terminal.err(failureText(described));
    if (host.outcome.json) terminal.out(jsonText({ error: described }));
    return errorCodes[failure.code].exitCode;
  }
}

function createProgram(host: Host): Command {
  const program = new Command("key-backup")
    .description("Backs up the keys of Azure Key Vaults, and restores them where they may be.")
    .version(version)
    .addHelpText("after", exitCodeHelp);
  const commands = [
    backupCommand,
    runsCommand,
    vaultsCommand,
    keysCommand,
    pointsCommand,
    restoreCommand,
    exportCommand,
    inspectCommand,
    doctorCommand,
  ];
  for (const create of commands) program.addCommand(create(host));
  for (const each of [program, ...program.commands])
    each
      .exitOverride()
      .showHelpAfterError("Add --help to see how it is used.")
      .configureOutput({
        writeOut: (text) => host.terminal.out(text.trimEnd()),
        writeErr: (text) => host.terminal.err(text.trimEnd()),
      });
  return program;
}

const exitCodeHelp = `
Exit codes: 0 done, 1 failed, 2 wrong usage or settings, 3 partial, 4 refused.
The settings are those of the app (docs/configuration.md), from the environment.`;
