// Runs az. On Windows that is a batch file, which needs a shell, so no argument may hold what a shell acts on.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const longestCallInMs = 20 * 60_000;
const harmless = /^[\p{L}\p{N}_.:=+/()"-]+$/u;

/** az.cmd hands its arguments on between parentheses: quotes keep those of a resource group's name from ending them. */
const quoteForWindows = (argument) => `"${argument.replaceAll('"', String.raw`\"`)}"`;

/** Runs az from the project's folder. What it says on stderr goes to ours as it comes; `output` is what it prints. */
export function az(args) {
  const refused = args.find((argument) => !harmless.test(argument));
  if (refused !== undefined) throw new Error(`not passed to az: ${JSON.stringify(refused)}`);
  const options = { cwd: root, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], timeout: longestCallInMs };
  const ran =
    process.platform === "win32"
      ? spawnSync(["az", ...args.map(quoteForWindows)].join(" "), { ...options, shell: true })
      : spawnSync("az", args, options);
  if (ran.error?.code === "ENOENT") throw new Error("az is not on the PATH");
  return { ok: ran.status === 0, output: ran.stdout ?? "" };
}
