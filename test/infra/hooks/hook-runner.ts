import { spawnSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as z from "zod";
import { root } from "../bicep-server.ts";

export interface Answer {
  readonly status?: number;
  readonly output?: unknown;
}
export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Each call of az, its arguments joined by spaces. */
  readonly calls: readonly string[];
}
export interface RunOptions {
  readonly env?: Record<string, string>;
  readonly platform?: "posix" | "windows";
}

const recorded = z.array(z.string());

/** Runs the hooks in a project of their own, where `az` is a stand-in that records calls and answers from a script. */
export class HookRunner {
  readonly #folder = mkdtempSync(path.join(tmpdir(), "key-backup hooks-"));
  readonly #bin = path.join(this.#folder, "bin");
  readonly #answers = path.join(this.#folder, "answers.json");
  readonly #calls = path.join(this.#folder, "calls.jsonl");

  constructor() {
    mkdirSync(this.#bin);
    cpSync(path.join(root, "infra/hooks"), path.join(this.#folder, "infra/hooks"), { recursive: true });
    mkdirSync(path.join(this.#folder, "build"));
    this.#writeProgram("az", azText(this.#answers, this.#calls));
    this.#writeProgram("cmd.exe", readFileSync(new URL("cmd-stand-in.cjs", import.meta.url), "utf8"));
    writeFileSync(
      path.join(this.#folder, "windows.mjs"),
      'Object.defineProperty(process, "platform", { value: "win32" });',
    );
  }

  get bin(): string {
    return this.#bin;
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true });
  }

  putPackage(present: boolean): void {
    const file = path.join(this.#folder, "build/key-vault-backup.zip");
    if (present) appendFileSync(file, "");
    else rmSync(file, { force: true });
  }

  /** The answers to calls that begin with a text, in order; the last one stays. The longest text that fits counts. */
  answer(answers: Record<string, Answer | readonly Answer[]>): void {
    const lists = Object.entries(answers).map(([call, given]) => [call, Array.isArray(given) ? given : [given]]);
    writeFileSync(this.#answers, JSON.stringify(Object.fromEntries(lists)));
    rmSync(this.#calls, { force: true });
  }

  run(hook: string, args: readonly string[], { env = {}, platform = "posix" }: RunOptions = {}): Ran {
    const preload = platform === "windows" ? ["--import", path.join(this.#folder, "windows.mjs")] : [];
    const ran = spawnSync(process.execPath, [...preload, path.join(this.#folder, "infra/hooks", hook), ...args], {
      encoding: "utf8",
      env: { PATH: this.#bin, comspec: "cmd.exe", KEY_BACKUP_HOOK_WAIT_SECONDS: "0", ...env },
    });
    const lines = existsSync(this.#calls) ? readFileSync(this.#calls, "utf8").trimEnd().split("\n") : [];
    const calls = lines.map((line) => recorded.parse(JSON.parse(line)).join(" "));
    return { status: ran.status, stdout: ran.stdout, stderr: ran.stderr, calls };
  }

  #writeProgram(name: string, text: string): void {
    writeFileSync(path.join(this.#bin, name), `#!${process.execPath}\n${text}`);
    chmodSync(path.join(this.#bin, name), 0o755);
  }
}

/** A program that fails, with exit code 98, on a call that it has no answer to. CommonJS, for want of a package.json. */
const azText = (answersFile: string, callsFile: string) => `
const { appendFileSync, existsSync, readFileSync, writeFileSync } = require("node:fs");
const args = process.argv.slice(2);
appendFileSync(${JSON.stringify(callsFile)}, JSON.stringify(args) + "\\n");
const answers = JSON.parse(readFileSync(${JSON.stringify(answersFile)}, "utf8"));
const call = args.join(" ");
const fits = Object.keys(answers).filter((start) => call.startsWith(start));
const key = fits.sort((a, b) => b.length - a.length)[0];
if (key === undefined) {
  process.stderr.write("no answer to: " + call + "\\n");
  process.exit(98);
}
const { status = 0, output } = answers[key].length > 1 ? answers[key].shift() : answers[key][0];
writeFileSync(${JSON.stringify(answersFile)}, JSON.stringify(answers));
if (output !== undefined) process.stdout.write(typeof output === "string" ? output : JSON.stringify(output) + "\\n");
if (status !== 0) process.stderr.write("ERROR: az says why\\n");
process.exit(status);
`;
