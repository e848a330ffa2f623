import { QueueServiceClient, type QueueClient } from "@azure/storage-queue";
import { fileURLToPath } from "node:url";
import { vi } from "vitest";
import { createBlobStore } from "../../src/azure/blob-store.ts";
import { systemClock } from "../../src/azure/clock.ts";
import { vaultQueue } from "../../src/catalog/vault-message.ts";
import type { BackupStore } from "../../src/ports/backup-store.ts";
import { spawnFunctionsHost, type SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { startStandIns, type StandInOptions, type StandIns } from "../../local/stand-ins.ts";
import { openGate, type Gate } from "./gate.ts";

// Much is started here, on machines that have other work too; what waits for something has a limit of its own.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 90_000 });

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const europe = { account: "europestore", region: "westeurope", replication: "GZRS" } as const;
export const unitedStates = { account: "usstore", region: "eastus", replication: "GZRS" } as const;

export type Settings = Readonly<Record<string, string>>;
export type EnvironmentOptions = Omit<StandInOptions, "stores"> & { readonly settings?: Settings };

/** The built app on the local host, with a gate before each of Azurite's services. */
export interface Environment extends StandIns {
  readonly blobs: Gate;
  readonly queues: Gate;
  /** Another instance of the app, as a process of its own. */
  startHost(settings?: Settings): Promise<SpawnedFunctionsHost>;
  /** A container of a store, with the app's own rights; not through the gate. */
  container(name: string, account?: string): BackupStore;
  queue(name?: string): QueueClient;
}

/** Three hours ago: the run that the schedule names is then always between three and four hours old. */
export const schedule = `0 0 ${(new Date().getUTCHours() + 21) % 24} * * *`;

export async function startEnvironment({ settings = {}, ...options }: EnvironmentOptions): Promise<Environment> {
  const standIns = await startStandIns({ ...options, stores: [europe, unitedStates] });
  const { azurite } = standIns;
  const blobs = await openGate(azurite.blobUrl);
  const queues = await openGate(azurite.queueUrl);
  const hosts: SpawnedFunctionsHost[] = [];
  const throughGates = (value: string): string =>
    value.replaceAll(azurite.blobUrl, blobs.url).replaceAll(azurite.queueUrl, queues.url);

  return {
    ...standIns,
    blobs,
    queues,
    async startHost(overrides = {}) {
      const values = standIns.env({ KEY_BACKUP_SCHEDULE: schedule, ...settings, ...overrides });
      const env = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, throughGates(value)]));
      const host = await spawnFunctionsHost({ appDirectory: root, env });
      hosts.push(host);
      return host;
    },
    container: (name, account = europe.account) =>
      createBlobStore({
        containerUrl: `${azurite.accountUrl(account)}/${name}`,
        sas: azurite.createOnlySas(account),
        clock: systemClock,
      }),
    queue: (name = vaultQueue) =>
      QueueServiceClient.fromConnectionString(azurite.connectionString()).getQueueClient(name),
    async close() {
      await Promise.all(hosts.map((host) => host.kill("SIGKILL")));
      await Promise.all([blobs.close(), queues.close()]);
      await standIns.close();
    },
  };
}
