import * as z from "zod";
import { startChild, type Exit } from "./child-process.ts";
import { functionDescription, type FunctionDescription } from "./describe-functions.ts";
import { logEntry, type LogEntry } from "./log.ts";
import type { TimerFiring } from "./timers.ts";

export interface SpawnOptions {
  readonly appDirectory: string;
  /** The app's settings, whole: the child inherits only what Node.js itself needs. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly port?: number | undefined;
  readonly timers?: boolean | undefined;
  /** Called for each entry as it comes. */
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
}

const timerOutcome = z.discriminatedUnion("outcome", [
  z.object({ outcome: z.literal("succeeded") }),
  z.object({ outcome: z.literal("failed"), error: z.string() }),
]);

export type TimerOutcome = z.infer<typeof timerOutcome>;

/** One instance: host and app in a process of their own. */
export interface SpawnedFunctionsHost {
  readonly url: string;
  readonly key: string;
  readonly functions: readonly FunctionDescription[];
  /** What was logged so far. */
  logs(): readonly LogEntry[];
  /** Waits for the end of the call. */
  fireTimer(name: string, firing?: TimerFiring): Promise<TimerOutcome>;
  /** `path` as in `/api/runs`; sends the key unless `init` has its own `x-functions-key` header (an empty one sends none). */
  fetch(path: string, init?: RequestInit): Promise<Response>;
  readonly exited: Promise<Exit>;
  kill(signal: NodeJS.Signals): Promise<Exit>;
  /** Finishes what runs. */
  stop(): Promise<Exit>;
}

const functions = z.array(functionDescription);
const script = new URL("cli.ts", import.meta.url);

/** Rejects, with the log's end, when the app can't be loaded. */
export async function spawnFunctionsHost(options: SpawnOptions): Promise<SpawnedFunctionsHost> {
  const entries: LogEntry[] = [];
  const appAndPort = ["--app", options.appDirectory, "--port", String(options.port ?? 0)];
  const child = await startChild({
    script,
    args: [...appAndPort, ...(options.timers === true ? ["--timers"] : [])],
    ready: z.object({ url: z.url(), key: z.string(), functions }),
    env: options.env,
    onErrorLine: (line) => {
      const entry = toEntry(line);
      entries.push(entry);
      options.onLog?.(entry);
    },
  });
  const { url, key } = child.ready;

  const callHost: SpawnedFunctionsHost["fetch"] = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has("x-functions-key")) {
      headers.set("x-functions-key", key);
    } else if (headers.get("x-functions-key") === "") {
      headers.delete("x-functions-key");
    }
    return fetch(new URL(path, url), { ...init, headers });
  };
  return {
    ...child.ready,
    logs: () => [...entries],
    fetch: callHost,
    fireTimer: async (name, firing = {}) => {
      const path = `/admin/functions/${name}?wait=true`;
      const response = await callHost(path, { method: "POST", body: JSON.stringify(firing) });
      if (response.status !== 200) {
        throw new Error(`Timer ${name} was not fired: the host answered ${response.status}.`);
      }
      return timerOutcome.parse(await response.json());
    },
    exited: child.exited,
    kill: child.kill,
    stop: child.stop,
  };
}

/** Exactly what the built app registers, found by loading it in a process of its own. Rejects when it can't be loaded. */
export async function listFunctions(
  appDirectory: string,
  env?: SpawnOptions["env"],
): Promise<readonly FunctionDescription[]> {
  const child = await startChild({
    script,
    args: ["--app", appDirectory, "--list"],
    ready: z.object({ functions }),
    env,
  });
  await child.exited;
  return child.ready.functions;
}

// What is no entry comes from Node.js itself, or from an app that writes to stderr by hand.
function toEntry(line: string): LogEntry {
  try {
    return logEntry.parse(JSON.parse(line));
  } catch {
    return { time: new Date().toISOString(), level: "error", message: line };
  }
}
