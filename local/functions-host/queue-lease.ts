import type { DequeuedMessageItem, QueueClient } from "@azure/storage-queue";

export interface QueueLease {
  /** Ends the renewals; resolves to the pop receipt that is valid now. */
  release(): Promise<string>;
}

/** Keeps a message invisible while its function runs: renewed at half of the lease, as often as needed. */
export function holdLease(
  client: QueueClient,
  message: DequeuedMessageItem,
  leaseInSeconds: number,
  onError: (error: unknown) => void,
): QueueLease {
  let popReceipt = message.popReceipt;
  let renewal = Promise.resolve();
  const renew = async (): Promise<void> => {
    try {
      const renewed = await client.updateMessage(message.messageId, popReceipt, message.messageText, leaseInSeconds);
      popReceipt = renewed.popReceipt ?? popReceipt;
    } catch (error) {
      onError(error);
    }
  };
  const timer = setInterval(() => {
    renewal = renewal.then(renew);
  }, leaseInSeconds * 500);
  return {
    release: async () => {
      clearInterval(timer);
      await renewal;
      return popReceipt;
    },
  };
}
