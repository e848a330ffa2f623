import { Presets, SingleBar } from "cli-progress";
import type { Terminal } from "./terminal.ts";

export interface Progress {
  readonly step: () => void;
  readonly stop: () => void;
}

/** A bar on stderr while a person watches; nothing in a pipe or a log. */
export function startProgress({ isWatched }: Terminal, what: string, total: number): Progress {
  if (!isWatched || total < 2) return { step: () => undefined, stop: () => undefined };
  const format = `${what} {bar} {value}/{total} {eta_formatted}`;
  const bar = new SingleBar(
    { format, stream: process.stderr, clearOnComplete: true, hideCursor: true },
    Presets.shades_classic,
  );
  bar.start(total, 0);
  return { step: () => bar.increment(), stop: () => bar.stop() };
}
