import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import type * as z from "zod";

export interface ChildOptions<Ready> {
  /** A TypeScript file; its first line on stdout, JSON of the shape `ready`, says that it is ready. */
  readonly script: URL;
  readonly ready: z.ZodType<Ready>;
  readonly args: readonly string[];
  /** All that the child sees of settings, beside the few variables that Node.js itself needs. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly onErrorLine?: ((line: string) => void) | undefined;
}

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Child<Ready> {
  readonly ready: Ready;
  readonly exited: Promise<Exit>;
  kill(this: void, signal: NodeJS.Signals): Promise<Exit>;
  /** SIGTERM, and waits; throws when the child had to be killed after half a minute. */
  stop(this: void): Promise<Exit>;
}

const startLimitInMs = 30_000;
const stopLimitInMs = 30_000;
const tsx = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const inherited = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "SystemRoot", "NODE_EXTRA_CA_CERTS"];

/** Rejects, with the end of its stderr, when the child ends before it is ready. It ends with its parent: stdin closes. */
export async function startChild<Ready>(options: ChildOptions<Ready>): Promise<Child<Ready>> {
  const child = spawn(process.execPath, ["--import", tsx, fileURLToPath(options.script), ...options.args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...Object.fromEntries(inherited.map((name) => [name, process.env[name]])), ...options.env },
  });
  const exited = new Promise<Exit>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve({ code, signal }));
  });
  const errorLines: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => {
    errorLines.push(line);
    errorLines.splice(0, errorLines.length - 20);
    options.onErrorLine?.(line);
  });
  const firstLine = new Promise<string>((resolve) => {
    createInterface({ input: child.stdout }).once("line", resolve);
  });
  const startLimit = setTimeout(() => child.kill("SIGKILL"), startLimitInMs);
  const started = await Promise.race([firstLine, exited]);
  clearTimeout(startLimit);
  if (typeof started !== "string") {
    throw new Error(`${options.script.pathname} ended before it was ready:\n${errorLines.join("\n")}`);
  }
  const kill = async (signal: NodeJS.Signals): Promise<Exit> => {
    child.kill(signal);
    return exited;
  };
  return {
    ready: options.ready.parse(JSON.parse(started)),
    exited,
    kill,
    stop: async () => {
      let overdue = false;
      const limit = setTimeout(() => {
        overdue = child.kill("SIGKILL");
      }, stopLimitInMs);
      const exit = await kill("SIGTERM");
      clearTimeout(limit);
      if (overdue) {
        throw new Error(`${options.script.pathname} did not stop within ${stopLimitInMs / 1000} s`);
      }
      return exit;
    },
  };
}
