import * as z from "zod";
import { startChild, type Child, type Exit } from "../functions-host/child-process.ts";
import { azuriteAt, type AzuriteAddresses, type AzuriteClient } from "./azurite-client.ts";
import type { AzuriteOptions } from "./azurite.ts";

export interface SpawnedAzurite extends AzuriteClient {
  /** Saves and ends. Data and ports are there again after `restart()`. */
  stop(): Promise<Exit>;
  /** Starts again, on the same ports and the same directory. */
  restart(): Promise<void>;
}

/**
 * Azurite in a process of its own, on disk, so that a test can take it away and bring it back. There is no way to kill it on
 * purpose: Azurite saves its index every five seconds and when it stops, so a killed one forgets what the real service would not.
 */
export async function spawnAzurite(options: AzuriteOptions & { readonly directory: string }): Promise<SpawnedAzurite> {
  const start = (blobPort = 0, queuePort = 0): Promise<Child<AzuriteAddresses>> => {
    const ports = ["--blob-port", String(blobPort), "--queue-port", String(queuePort)];
    const accounts = (options.accounts ?? []).flatMap((account) => ["--account", account]);
    return startChild({
      script: new URL("cli.ts", import.meta.url),
      args: ["--directory", options.directory, ...ports, ...accounts],
      ready: z.object({ blobUrl: z.url(), queueUrl: z.url(), accounts: z.array(z.string()) }),
    });
  };
  let child = await start(options.blobPort, options.queuePort);
  const addresses = child.ready;
  return {
    ...azuriteAt(addresses),
    stop: () => child.stop(),
    restart: async () => {
      child = await start(Number(new URL(addresses.blobUrl).port), Number(new URL(addresses.queueUrl).port));
    },
  };
}
