import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";

type Environment = Record<string, string | undefined>;

/** Adds local.settings.json's `Values`, when there is one, to `env`. What the environment has already wins. */
export async function addLocalSettings(appDirectory: string, env: Environment): Promise<void> {
  const path = resolve(appDirectory, "local.settings.json");
  if (!existsSync(path)) {
    return;
  }
  const { Values: values = {} }: { Values?: Record<string, string> } = JSON.parse(await readFile(path, "utf8"));
  for (const [name, value] of Object.entries(values)) {
    env[name] ??= value;
  }
}

/** Replaces each `%NAME%` by the setting of that name, as the real host does in schedules and queue names. */
export function resolveSettings(text: string, env: Environment): string {
  return text.replaceAll(/%([^%]+)%/g, (_match, name: string) => {
    const value = env[name];
    if (value === undefined) {
      throw new Error(`%${name}% does not resolve to a value: there is no setting ${name}.`);
    }
    return value;
  });
}

export type QueueConnection =
  { readonly connectionString: string } | { readonly url: string; readonly clientId: string };

/** What a binding's `connection` names: a setting with a connection string, or the settings of an identity-based connection. */
export function queueConnection(name: string, env: Environment): QueueConnection {
  const value = env[name] ?? env[`AzureWebJobs${name}`];
  if (value !== undefined && value !== "") {
    return { connectionString: value };
  }
  const account = env[`${name}__accountName`];
  const url = env[`${name}__queueServiceUri`] ?? (account && `https://${account}.queue.core.windows.net`);
  if (url === undefined || url === "") {
    throw new Error(`No setting ${name}, ${name}__queueServiceUri or ${name}__accountName.`);
  }
  // The real host connects with a user-assigned identity only when both are there.
  const clientId = env[`${name}__clientId`];
  if (env[`${name}__credential`] !== "managedidentity" || clientId === undefined) {
    throw new Error(`${name}__credential must be managedidentity, with ${name}__clientId beside it.`);
  }
  return { url, clientId };
}
