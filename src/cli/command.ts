import { Command } from "commander";
import type { Logger } from "../ports/logger.ts";
import type { ExitCode } from "./exit-code.ts";
import { createTerminalLogger, type Terminal } from "./terminal.ts";
import { jsonText } from "./text.ts";

/** What every command works with. */
export interface Session {
  readonly terminal: Terminal;
  readonly logger: Logger;
  /** Prints the answer: `data` for machines with `--json`, `text` for people otherwise. */
  report(data: unknown, text: () => string): void;
}

/** Told how a command ended. */
export interface Outcome {
  json: boolean;
  exitCode: ExitCode;
}

export interface Host {
  readonly terminal: Terminal;
  readonly outcome: Outcome;
}

export interface CommonOptions {
  readonly json?: boolean;
  readonly verbose?: boolean;
}

export interface CommandWords {
  /** As `commander` reads it: `keys <vault>`. */
  readonly usage: string;
  readonly summary: string;
  readonly description: string;
  /** Command lines without the program's name, each with what it does. */
  readonly examples: readonly (readonly [string, string])[];
}

/** A command with what all have in common: `--json`, `--verbose`, examples below its help. */
export function createCommand({ usage, summary, description, examples }: CommandWords): Command {
  const lines = examples.map(([line, meaning]) => `  $ key-backup ${line}\n      ${meaning}`);
  const [name = usage, ...values] = usage.split(" ");
  const command = new Command(name).summary(summary).description(description);
  for (const value of values) command.argument(value);
  return command
    .option("--json", "print JSON for machines")
    .option("--verbose", "tell on stderr what is going on")
    .addHelpText("after", `\nExamples:\n${lines.join("\n")}`);
}

export function openSession({ terminal, outcome }: Host, { json = false, verbose = false }: CommonOptions): Session {
  outcome.json = json;
  return {
    terminal,
    logger: createTerminalLogger(terminal, verbose),
    report: (data, text) => terminal.out(json ? jsonText(data) : text()),
  };
}
