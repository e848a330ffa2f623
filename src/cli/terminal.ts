import type { Logger } from "../ports/logger.ts";
import { oneLine } from "./text.ts";

/** Where a command writes: answers to `out`, progress and problems to `err`. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** True when a person watches `err`: only then is progress drawn there. */
  readonly isWatched: boolean;
}

export const processTerminal: Terminal = {
  out: (text) => void process.stdout.write(`${text}\n`),
  err: (text) => void process.stderr.write(`${text}\n`),
  isWatched: process.stderr.isTTY,
};

/** What the rules tell meanwhile: warnings and errors; all of it with `--verbose`. */
export function createTerminalLogger({ err, isWatched }: Terminal, verbose: boolean): Logger {
  // A progress bar may stand on the line.
  const start = isWatched ? "\r\u001b[K" : "";
  const say = (level: string, message: string): void => {
    if (verbose || (level !== "" && !isEvent(message))) err(`${start}${level}${oneLine(message)}`);
  };
  return {
    info: (message) => say("", message),
    warn: (message) => say("warning: ", message),
    error: (message) => say("error: ", message),
  };
}

/** `VaultBackupCompleted {…}`: lines for alerts and queries. The command's own answer says the same. */
const isEvent = (message: string): boolean => /^[A-Z][A-Za-z]+ \{/.test(message);
