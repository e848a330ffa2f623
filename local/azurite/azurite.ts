import { mkdir } from "node:fs/promises";
import { declareAccounts, defaultAccount } from "./accounts.ts";
import { azuriteAt, type AzuriteClient } from "./azurite-client.ts";
import { createAzuriteServer } from "./azurite-servers.ts";

export interface AzuriteOptions {
  /** Persist here; in memory when absent. */
  readonly directory?: string | undefined;
  /** A free port when absent. */
  readonly blobPort?: number | undefined;
  readonly queuePort?: number | undefined;
  /** Account names besides `devstoreaccount1`: 3 to 24 lower-case letters and digits. */
  readonly accounts?: readonly string[] | undefined;
}

export interface Azurite extends AzuriteClient {
  close(): Promise<void>;
}

/** Blob and queue service in this process, on loopback, without telemetry. */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  const { directory, accounts = [] } = options;
  declareAccounts(accounts);
  if (directory !== undefined) {
    await mkdir(directory, { recursive: true });
  }
  const blob = createAzuriteServer("blob", options.blobPort ?? 0, directory);
  const queue = createAzuriteServer("queue", options.queuePort ?? 0, directory);
  await blob.start();
  try {
    await queue.start();
  } catch (error) {
    await blob.close();
    throw error;
  }
  return {
    ...azuriteAt({
      blobUrl: blob.getHttpServerAddress(),
      queueUrl: queue.getHttpServerAddress(),
      accounts: [defaultAccount, ...accounts],
    }),
    close: async () => {
      await Promise.all([blob.close(), queue.close()]);
    },
  };
}
