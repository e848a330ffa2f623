import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { root } from "./bicep-server.ts";

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** Runs a program at the root of the repository, with these variables only, until it ends: for two minutes at most. */
export async function runProgram(command: string, args: readonly string[], env: Environment): Promise<Ended> {
  const child = spawn(command, args, { cwd: root, env, stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 });
  const status = new Promise<number | null>((resolve, reject) => child.once("error", reject).once("close", resolve));
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { status: await status, stdout, stderr };
}
