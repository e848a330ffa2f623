// What the hooks have in common: arguments, exit codes (1 failed, 2 wrong usage), and what the template put out.
import { parseArgs } from "node:util";
import { az } from "./az.mjs";

export class UsageError extends Error {}

/** Runs a hook. `main` gets a function that tells a line, and resolves to whether all went well. */
export async function runHook(name, main) {
  try {
    process.exitCode = (await main((line) => process.stdout.write(`${name}: ${line}\n`))) ? 0 : 1;
  } catch (error) {
    process.stderr.write(`${name}: ${error instanceof Error ? error.message : "failed"}\n`);
    process.exitCode = error instanceof UsageError ? 2 : 1;
  }
}

/** At most one positional argument, and the options named, none of which takes a value. */
export function readArguments(usage, optionNames) {
  const options = Object.fromEntries(optionNames.map((name) => [name, { type: "boolean", default: false }]));
  let read;
  try {
    read = parseArgs({ options, allowPositionals: true });
  } catch {
    throw new UsageError(usage);
  }
  if (read.positionals.length > 1) throw new UsageError(usage);
  return { ...read.values, argument: read.positionals[0] };
}

/** An output of the template: azd hands outputs to hooks as variables; else it is read from a deployment. Not yet checked. */
export function readOutput(name, deployment) {
  if (deployment !== undefined) return readDeploymentOutput(name, deployment);
  const text = process.env[name] ?? "";
  if (text === "") throw new UsageError(`${name} is not set: run by azd, or give the name of a deployment`);
  return parseJson(text, name);
}

function readDeploymentOutput(name, deployment) {
  if (!/^[\p{L}\p{N}_.()][\p{L}\p{N}_.()-]{0,63}$/u.test(deployment))
    throw new UsageError("that is no name of a deployment");
  const shown = az([
    "deployment",
    "sub",
    "show",
    "--name",
    deployment,
    "--query",
    "properties.outputs",
    "--output",
    "json",
  ]);
  if (!shown.ok) throw new Error(`deployment ${deployment} could not be read`);
  const outputs = shown.output.trim() === "" ? null : parseJson(shown.output, `what az says of ${deployment}`);
  // The service changes the case of output names.
  const found = Object.entries(outputs ?? {}).find(([key]) => key.toUpperCase() === name);
  if (found === undefined) throw new Error(`deployment ${deployment} has no output ${name}: did it succeed?`);
  return found[1]?.value;
}

export function parseJson(text, what) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${what} is not JSON`);
  }
}

/** None begins with a dash: az would take it for an option. */
export const isGroupName = (name) =>
  typeof name === "string" && /^[\p{L}\p{N}_.()][\p{L}\p{N}_.()-]{0,89}$/u.test(name) && !name.endsWith(".");
export const isSubscriptionId = (id) =>
  typeof id === "string" && /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i.test(id);
