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

/** The connection string behind a binding's `connection`, which names a setting. */
export function connectionString(name: string, env: Environment): string {
  const value = env[name] ?? env[`AzureWebJobs${name}`];
  if (value === undefined || value === "") {
    throw new Error(
      `No setting ${name}: this host needs a connection string there (identity-based connections are not supported).`,
    );
  }
  return value;
}
