import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../bicep-server.ts";
import { begins, option } from "./arguments.ts";
import type { Azure } from "./azure.ts";
import type { Ended } from "../run-program.ts";
import type { Invocation } from "./shell.ts";
import { tearDown } from "./tear-down.ts";

type Answer = Partial<Ended>;

const said = (value: unknown): Answer => ({ stdout: `${typeof value === "string" ? value : JSON.stringify(value)}\n` });

/** What the pages and hooks ask of `az`, against the walk's subscription. Throws on what it does not know. */
export async function az(azure: Azure, { args, env }: Invocation): Promise<Answer> {
  if (begins(args, "login") || begins(args, "account show")) return {};
  if (begins(args, "provider register")) return {};
  if (begins(args, "deployment sub create")) return createDeployment(azure, args, env);
  if (begins(args, "deployment mg create")) return deployToManagementGroup(args);
  if (begins(args, "deployment sub show")) return said(shownOutputs(azure.outputs(option(args, "--name"))));
  if (begins(args, "functionapp deployment source config-zip")) return bringPackage(azure, args);
  if (begins(args, "functionapp list")) {
    const part = /^\[\?contains\(name,'([a-z-]+)'\)\]\.name$/.exec(option(args, "--query"))?.[1] ?? "?";
    return said(appsIn(azure, option(args, "--resource-group")).find(({ name }) => name.includes(part))?.name ?? "");
  }
  if (begins(args, "functionapp keys list")) return said(azure.running(option(args, "--name")).host.key);
  if (begins(args, "functionapp config appsettings list")) {
    const setting = /^\[\?name=='(\w+)'\]\.value$/.exec(option(args, "--query"))?.[1] ?? "";
    const { settings } =
      appsIn(azure, option(args, "--resource-group")).find(({ name }) => name === option(args, "--name")) ?? {};
    return said(settings?.[setting] ?? "");
  }
  const directory = await azure.entra.call(args, () => azure.cloud().issuer);
  if (directory !== undefined) return directory;
  if (begins(args, "storage container") || begins(args, "storage container-rm")) return storageContainer(azure, args);
  const torn = tearDown(azure, args);
  if (torn !== undefined) return torn;
  throw new Error(`az ${args.join(" ")}: not known here`);
}

/** The control plane of a store: its containers, and their immutability policies. */
function storageContainer(azure: Azure, args: readonly string[]): Answer {
  const { policies } = azure;
  const { accounts, containers } = azure.cloud().deployed;
  if (begins(args, "storage container-rm list")) {
    return said((containers.get(option(args, "--storage-account")) ?? []).map((name) => ({ name })));
  }
  const account = accounts.get(option(args, "--account-name")) ?? "";
  const id = `${account}/blobServices/default/containers/${option(args, "--container-name")}`;
  const policy = policies.get(id);
  if (policy === undefined) return {};
  const etag = `"${policy.state}-${policy.days}"`;
  if (begins(args, "storage container immutability-policy delete")) {
    if (policy.state === "Locked" || option(args, "--if-match") !== etag)
      return { status: 1, stderr: "ERROR: refused\n" };
    policies.delete(id);
    return {};
  }
  if (begins(args, "storage container immutability-policy show")) {
    if (args.includes("--query")) return said(etag);
    return said({ etag, state: policy.state, immutabilityPeriodSinceCreationInDays: policy.days });
  }
  if (!begins(args, "storage container immutability-policy lock"))
    throw new Error(`az ${args.join(" ")}: not known here`);
  if (option(args, "--if-match") !== etag) return { status: 1, stderr: "ERROR: ConditionNotMet\n" };
  policies.set(id, { ...policy, state: "Locked" });
  return {};
}

async function createDeployment(azure: Azure, args: readonly string[], env: Invocation["env"]): Promise<Answer> {
  const template = option(args, "--template-file");
  if (!existsSync(path.join(root, template))) throw new Error(`${template} is not there`);
  const file = option(args, "--parameters");
  await azure.deploy(option(args, "--name"), file === "my.bicepparam" ? azure.ownParameters : file, env);
  return {};
}

/** Checks what is given against what the template takes. */
function deployToManagementGroup(args: readonly string[]): Answer {
  const template = readFileSync(path.join(root, option(args, "--template-file")), "utf8");
  const wanted = Array.from(template.matchAll(/^param (\w+) /gm), ([, name]) => name);
  const given = args.slice(args.indexOf("--parameters") + 1).map((parameter) => parameter.split("=")[0]);
  if (!template.includes("targetScope = 'managementGroup'")) throw new Error("a template for another scope");
  if (wanted.join() !== given.join()) throw new Error(`it takes ${wanted.join()}, not ${given.join()}`);
  return {};
}

/** As the service does it: with types, and with names in another case than the template's. */
const shownOutputs = (outputs: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(
    Object.entries(outputs).map(([name, value]) => [
      name.toLowerCase(),
      { type: Array.isArray(value) ? "Array" : "String", value },
    ]),
  );

const appsIn = (azure: Azure, group: string) =>
  azure.cloud().deployed.apps.filter(({ resourceGroup }) => resourceGroup === group);

async function bringPackage(azure: Azure, args: readonly string[]): Promise<Answer> {
  const name = option(args, "--name");
  if (!appsIn(azure, option(args, "--resource-group")).some((app) => app.name === name))
    throw new Error(`no app ${name} in that group`);
  const outcome = await azure.bring(name, path.join(root, option(args, "--src")));
  return outcome === "deployed" ? {} : { status: 1, stderr: "ERROR: InaccessibleStorageException: 403\n" };
}
