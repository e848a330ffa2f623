import { readConfig } from "../../src/config/read-config.ts";
import type { Environment } from "../../src/config/settings.ts";

export const subscriptionId = "6f1f63e0-9c1e-4b7a-8f5c-0a3d5b7c9e11";

export const aGroup = {
  subscriptionId,
  resourceGroup: "rg-keys",
  region: "westeurope",
  vaults: ["contoso-keys", "contoso-signing"] as unknown[],
};

export const aStore = { url: "https://stkeyseurope.blob.core.windows.net", region: "northeurope", replication: "GZRS" };

/** Settings as an app in Azure has them, with what a test changes. Anything but text becomes JSON. */
export function anEnvironment(change: Readonly<Record<string, unknown>> = {}): Environment {
  const settings = {
    KEY_BACKUP_VAULTS: [aGroup],
    KEY_BACKUP_STORES: [aStore],
    KEY_BACKUP_SCHEDULE: "0 0 2 * * *",
    PATH: "/usr/bin",
    ...change,
  };
  return Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, textOf(value)]));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" || value === undefined ? value : JSON.stringify(value);
}

export const aLocalVault = {
  name: "europe-1",
  url: "http://127.0.0.1:8443",
  resourceId: `/subscriptions/${subscriptionId}/resourceGroups/rg-local/providers/Microsoft.KeyVault/vaults/europe-1`,
  region: "westeurope",
};

export const aLocalStore = {
  url: "http://127.0.0.1:10000/devstoreaccount1?sv=2025-05-05&sp=rcl&sig=aPlantedSignature%3D",
  region: "northeurope",
  replication: "LRS",
};

/** Settings of an app on a developer's machine. */
export function aLocalEnvironment(change: Readonly<Record<string, unknown>> = {}): Environment {
  const local = { KEY_BACKUP_LOCAL: "true", KEY_BACKUP_VAULTS: [aLocalVault], KEY_BACKUP_STORES: [aLocalStore] };
  return anEnvironment({ ...local, ...change });
}

/** Each problem as `setting: message`; none when the settings are sound. */
export function problemsOf(env: Environment): string[] {
  const result = readConfig(env);
  return result.ok ? [] : result.problems.map(({ setting, message }) => `${setting}: ${message}`);
}
