import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type * as z from "zod";

const run = promisify(execFile);
const limitInMs = 300_000;

export interface ScriptOptions<Result> {
  readonly script: string;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly result: z.ZodType<Result>;
}

/** Runs a script in a process of its own; what it prints is JSON. Only PATH is handed down: no setting of this machine counts. */
export async function runScript<Result>({ script, args = [], env, result }: ScriptOptions<Result>): Promise<Result> {
  const { stdout } = await run(process.execPath, [script, ...args], {
    env: { PATH: process.env["PATH"], ...env },
    timeout: limitInMs,
  });
  return result.parse(JSON.parse(stdout));
}
