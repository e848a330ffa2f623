import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface CommandResult {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const limitInMs = 60_000;

/** Runs the command line as a shell would: a process of its own, with these settings and no terminal. */
export function runCommandLine(
  words: readonly string[],
  env: Readonly<Record<string, string>>,
  cwd = root,
): Promise<CommandResult> {
  const { PATH = "" } = process.env;
  const tsx = fileURLToPath(import.meta.resolve("tsx"));
  const child = spawn(process.execPath, ["--import", tsx, `${root}/src/cli/main.ts`, ...words], {
    cwd,
    env: { PATH, ...env },
    stdio: ["ignore", "pipe", "pipe"],
    timeout: limitInMs,
    killSignal: "SIGKILL",
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on("data", (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on("data", (chunk: Buffer) => stderr.push(chunk));
  const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString("utf8");
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (exitCode) => resolve({ exitCode, stdout: textOf(stdout), stderr: textOf(stderr) }));
  });
}

/** A session as a person sees it: what was typed, what came on either stream, and the exit code. */
export function sessionText(words: readonly string[], { exitCode, stdout, stderr }: CommandResult): string {
  const typed = words.map((word) => (/^[\w./:=-]+$/.test(word) ? word : JSON.stringify(word))).join(" ");
  return normalise(`$ key-backup ${typed}\n${stdout}${stderr}[exit code ${exitCode}]\n`);
}

/** Replaces what differs from run to run by text of the same length, so that tables keep their shape. */
export function normalise(text: string): string {
  return text
    .replaceAll(/\b20\d{6}t\d{6}z-[0-9a-f]{6}\b/g, "20261124t020000z-1f3a9c")
    .replaceAll(/\b20\d\d-\d\d-\d\d \d\d:\d\dZ/g, "2026-11-24 02:00Z")
    .replaceAll(/\b20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z/g, "2026-11-24T02:00:00Z")
    .replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:10000")
    .replaceAll(/\b[0-9a-f]{64}\b/g, (hash) => "0123456789abcdef".repeat(hash.length / 16))
    .replaceAll(/\b[0-9a-f]{8} {2}[\w-]{8}(?= +\d+ KB$)/gm, "0123abcd  0123AbCd")
    .replaceAll(/^(bytes +)\d{5}$/gm, (_line, start: string) => `${start}12345`)
    .replaceAll(/\b[0-9a-f]{32}\b/g, "0123456789abcdef0123456789abcdef");
}

/** What could steer a terminal: control and formatting characters, line ends aside. */
export function steeringCharacters(text: string): readonly string[] {
  return (text.match(/[\p{Cc}\p{Cf}]/gu) ?? []).filter((character) => character !== "\n");
}
