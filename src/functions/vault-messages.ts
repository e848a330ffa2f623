import { output, type StorageQueueOutput } from "@azure/functions";
import { vaultQueue } from "../catalog/vault-message.ts";

/** The host's own storage: the queue carries ids only. */
export const queueConnection = "AzureWebJobsStorage";

/** An array set on this output becomes one message for each item. */
export const vaultMessages: StorageQueueOutput = output.storageQueue({
  queueName: vaultQueue,
  connection: queueConnection,
});
