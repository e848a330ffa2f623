import type { InvocationContext, StorageQueueFunctionOptions } from "@azure/functions";
import { getApp } from "../app.ts";
import { parseVaultMessage, vaultQueue } from "../catalog/vault-message.ts";
import { consuming } from "./consuming.ts";
import { queueConnection, vaultMessages } from "./vault-messages.ts";

/** Backs up the vault that the message names, for one time slice. Throwing puts the message back on the queue. */
export async function backupVault(message: unknown, context: InvocationContext): Promise<void> {
  await consuming(context, async () => {
    const app = await getApp();
    const result = await app.backUpVault(parseVaultMessage(message), context);
    if (result.outcome === "continues") context.extraOutputs.set(vaultMessages, [result.message]);
    if (result.outcome === "already-done")
      context.info("this run of the vault has its manifest already: nothing to do");
  });
}

export const backupVaultOptions: Omit<StorageQueueFunctionOptions, "handler"> = {
  queueName: vaultQueue,
  connection: queueConnection,
  extraOutputs: [vaultMessages],
};
