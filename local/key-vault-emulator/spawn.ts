import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import { connectKeyVaultEmulator, type RemoteKeyVaultEmulator } from "./connect.ts";
import type { EmulatorConfig } from "./config.ts";

export interface SpawnedKeyVaultEmulator extends RemoteKeyVaultEmulator {
  readonly pid: number;
  /** Resolves when the process has ended. */
  close(): Promise<void>;
}

const startTimeoutInMs = 30_000;
const lineSchema = z.object({ adminUrl: z.string() });

/** The emulator in a process of its own; it ends with `close`, or when this process does. `now` cannot be handed over. */
export async function spawnKeyVaultEmulator(config: Omit<EmulatorConfig, "now">): Promise<SpawnedKeyVaultEmulator> {
  const folder = await mkdtemp(join(tmpdir(), "key-vault-emulator-"));
  try {
    const path = join(folder, "config.json");
    await writeFile(path, JSON.stringify(config));
    const child = start(path);
    const adminUrl = await firstLine(child);
    return {
      ...(await connectKeyVaultEmulator(adminUrl)),
      pid: child.pid ?? 0,
      close: () => end(child),
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

function start(configPath: string): ChildProcess {
  const cli = fileURLToPath(new URL("cli.ts", import.meta.url));
  const projectFolder = fileURLToPath(new URL("../..", import.meta.url));
  return spawn(process.execPath, ["--import", "tsx", cli, "--config", configPath], {
    cwd: projectFolder,
    stdio: ["pipe", "pipe", "inherit"],
  });
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error("the emulator has no output");
  const lines = createInterface({ input: child.stdout });
  const exited = once(child, "exit").then(() => {
    throw new Error("the emulator ended before it was ready");
  });
  const line = once(lines, "line", { signal: AbortSignal.timeout(startTimeoutInMs) });
  try {
    const [text] = z.tuple([z.string()]).parse(await Promise.race([line, exited]));
    return lineSchema.parse(JSON.parse(text)).adminUrl;
  } catch (error) {
    child.kill();
    throw error;
  } finally {
    exited.catch(() => undefined);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.stdin?.end();
  await exited;
}
