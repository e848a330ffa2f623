import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import * as z from "zod";
import { listenOn } from "../../../local/key-vault-emulator/listen.ts";
import { runProgram, type Ended, type Environment } from "../run-program.ts";

/** One call of a command that is played, with the variables that its caller had. */
export interface Invocation {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Answers a call; what it does not know it must refuse. */
export type Player = (invocation: Invocation) => Promise<Partial<Ended>>;

/** A shell at the root of the repository. Variables last from one block to the next. */
export interface Shell {
  /** Runs a block, as `bash -euo pipefail` does: its first failure ends it. */
  run(block: string, env?: Environment): Promise<Ended>;
  close(): Promise<void>;
}

const invocationSchema = z.object({
  command: z.string(),
  args: z.array(z.string()),
  env: z.record(z.string(), z.string()),
});

/** With the named commands played in this process; everything else is the machine's own. */
export async function openShell(commands: readonly string[], play: Player): Promise<Shell> {
  const folder = mkdtempSync(path.join(tmpdir(), "key-backup-walk-"));
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  const server = createServer((request, response) => {
    void (async () => {
      const answer = await play(invocationSchema.parse(JSON.parse(await text(request)))).catch((error: unknown) => ({
        status: 98,
        stderr: `${String(error)}\n`,
      }));
      response.end(JSON.stringify({ status: 0, stdout: "", stderr: "", ...answer }));
    })();
  });
  const listener = await listenOn(server);
  for (const command of commands) {
    writeFileSync(path.join(bin, command), program(command, listener.url));
    chmodSync(path.join(bin, command), 0o755);
  }
  const state = path.join(folder, "state");
  writeFileSync(state, "");
  return {
    run: (block, env = {}) => {
      const script = `set -a; . '${state}'; set -euo pipefail\n${block}\n{ export -p; declare -f; } > '${state}'\n`;
      return runProgram("bash", ["-c", script], { PATH: `${bin}:${process.env["PATH"]}`, HOME: folder, ...env });
    },
    async close() {
      await listener.close();
      rmSync(folder, { recursive: true });
    },
  };
}

const program = (command: string, url: string): string => `#!${process.execPath}
const body = JSON.stringify({ command: ${JSON.stringify(command)}, args: process.argv.slice(2), env: process.env });
fetch(${JSON.stringify(url)}, { method: "POST", body }).then((answer) => answer.json()).then(({ status, stdout, stderr }) => {
  process.stdout.write(stdout);
  process.stderr.write(stderr);
  process.exitCode = status;
});
`;
