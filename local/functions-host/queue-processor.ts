import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { TypedData } from "./core-types.ts";
import type { QueueSettings } from "./host-json.ts";
import type { Outcome, TriggerData } from "./invoke.ts";
import type { HostLog } from "./log.ts";
import { holdLease } from "./queue-lease.ts";
import type { Queue } from "./queue-storage.ts";

export interface QueueProcessorOptions {
  readonly functionName: string;
  readonly queue: Queue;
  /** `undefined` for a poison queue, which has none of its own. */
  readonly poisonQueue: Queue | undefined;
  readonly settings: QueueSettings;
  readonly leaseInSeconds: number;
  readonly invoke: (trigger: TriggerData) => Promise<Outcome>;
  readonly log: HostLog;
}

/** Takes a message to its end: deleted, visible again later, or moved to the poison queue. */
export function createQueueProcessor(options: QueueProcessorOptions): (message: DequeuedMessageItem) => Promise<void> {
  const { queue, settings, log, functionName } = options;
  const { client } = queue;

  const giveUp = async (message: DequeuedMessageItem, text: string, popReceipt: string): Promise<void> => {
    const about = `Message ${message.messageId} of queue ${queue.name} failed ${message.dequeueCount} times`;
    if (options.poisonQueue === undefined) {
      log("error", `${about} and is dropped: a poison queue has no poison queue`, { function: functionName });
    } else {
      log("warning", `${about} and goes to ${options.poisonQueue.name}`, { function: functionName });
      await options.poisonQueue.send([text]);
    }
    await client.deleteMessage(message.messageId, popReceipt);
  };

  const handle = async (message: DequeuedMessageItem): Promise<void> => {
    const text = decode(queue, message);
    if (text === undefined || message.dequeueCount > settings.maxDequeueCount) {
      await giveUp(message, text ?? message.messageText, message.popReceipt);
      return;
    }
    const lease = holdLease(client, message, options.leaseInSeconds, (error) =>
      log("warning", `The lease of message ${message.messageId} was not renewed: ${String(error)}`, {
        function: functionName,
      }),
    );
    const { outcome } = await options.invoke({ value: { string: text }, metadata: triggerMetadata(message, text) });
    const popReceipt = await lease.release();
    if (outcome === "succeeded") {
      await client.deleteMessage(message.messageId, popReceipt);
    } else if (message.dequeueCount >= settings.maxDequeueCount) {
      await giveUp(message, text, popReceipt);
    } else if (options.poisonQueue !== undefined) {
      const visibilityTimeoutInSeconds = Math.ceil(settings.visibilityTimeout / 1_000);
      await client.updateMessage(message.messageId, popReceipt, message.messageText, visibilityTimeoutInSeconds);
    }
    // The real host leaves a failed message of a poison queue invisible until its lease ends; so it is here.
  };

  return async (message) => {
    try {
      await handle(message);
    } catch (error) {
      log(
        "warning",
        `Message ${message.messageId} of queue ${queue.name} stays until its lease ends: ${String(error)}`,
        {
          function: functionName,
        },
      );
    }
  };
}

function decode(queue: Queue, message: DequeuedMessageItem): string | undefined {
  try {
    return queue.decode(message.messageText);
  } catch {
    // Undecodable: the real host, too, moves it to the poison queue without calling the function.
    return undefined;
  }
}

function json(value: unknown): TypedData {
  return { json: JSON.stringify(value) };
}

/** The message's own top-level properties come last and hide ours, as in the real host. */
function triggerMetadata(message: DequeuedMessageItem, text: string): Record<string, TypedData> {
  return {
    QueueTrigger: { string: text },
    Id: json(message.messageId),
    DequeueCount: { int: message.dequeueCount },
    PopReceipt: json(message.popReceipt),
    InsertionTime: json(message.insertedOn),
    ExpirationTime: json(message.expiresOn),
    NextVisibleTime: json(message.nextVisibleOn),
    ...Object.fromEntries(Object.entries(ownProperties(text)).map(([name, value]) => [name, json(value)])),
  };
}

function ownProperties(text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
  } catch {
    // A text that is no JSON has no properties.
    return {};
  }
}
