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
export function createTerminalLogger({ err }: Terminal, verbose: boolean): Logger {
  return {
    info: (message) => {
      if (verbose) err(oneLine(message));
    },
    warn: (message) => err(`warning: ${oneLine(message)}`),
    error: (message) => err(`error: ${oneLine(message)}`),
  };
}
