import { readFileSync } from "node:fs";
import path from "node:path";
import { metadata } from "../bicep.ts";
import { root } from "../bicep-server.ts";
import { readYaml } from "../yaml.ts";
import type { Azure } from "./azure.ts";
import { runProgram, type Ended, type Environment } from "../run-program.ts";
import type { Invocation } from "./shell.ts";

/** azd for one environment: keeps its variables, and on `up` does what azure.yaml says. */
export function createAzd(azure: Azure): (invocation: Invocation) => Promise<Partial<Ended>> {
  const variables: Record<string, string> = {};

  const runHook = async (name: string, env: Environment): Promise<Ended> => {
    const command = hooks[`hooks.${name}.posix.run`] ?? hooks[`hooks.${name}.run`];
    if (command === undefined) throw new Error(`azure.yaml has no hook ${name}`);
    return runProgram("sh", ["-ec", command], { ...env, ...variables });
  };

  return async ({ args: [verb = "", ...rest], env }) => {
    if (verb === "env" && rest[0] === "new") {
      Object.assign(variables, { AZURE_ENV_NAME: rest[1] ?? "", AZURE_SUBSCRIPTION_ID: metadata.subscriptionId });
      return {};
    }
    if (verb === "env" && rest[0] === "set") {
      variables[rest[1] ?? ""] = rest[2] ?? "";
      return {};
    }
    if (verb !== "up") throw new Error(`azd ${verb}: not known here`);
    const before = await runHook("preprovision", env);
    if (before.status !== 0) return before;
    const name = `${variables["AZURE_ENV_NAME"]}-1`;
    await azure.deploy(name, `${hooks["infra.path"]}/${hooks["infra.module"]}.bicepparam`, variables);
    for (const [key, value] of Object.entries(azure.outputs(name))) {
      variables[key] = typeof value === "string" ? value : JSON.stringify(value);
    }
    const after = await runHook("postprovision", env);
    return { ...after, stdout: before.stdout + after.stdout, stderr: before.stderr + after.stderr };
  };
}

const hooks = readYaml(readFileSync(path.join(root, "azure.yaml"), "utf8"));
