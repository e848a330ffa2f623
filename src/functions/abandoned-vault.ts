import type { InvocationContext, StorageQueueFunctionOptions } from "@azure/functions";
import { getApp } from "../app.ts";
import { parseVaultMessage, vaultQueue } from "../catalog/vault-message.ts";
import { consuming } from "./consuming.ts";
import { queueConnection } from "./vault-messages.ts";

/** Ends a vault whose deliveries are used up, with a manifest that says what is true. */
export async function abandonedVault(message: unknown, context: InvocationContext): Promise<void> {
  await consuming(context, async () => {
    const app = await getApp();
    await app.abandonVault(parseVaultMessage(message), context);
  });
}

export const abandonedVaultOptions: Omit<StorageQueueFunctionOptions, "handler"> = {
  queueName: `${vaultQueue}-poison`,
  connection: queueConnection,
};
