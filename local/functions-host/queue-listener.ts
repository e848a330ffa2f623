import type { DequeuedMessageItem } from "@azure/storage-queue";
import type { QueueSettings } from "./host-json.ts";
import type { HostLog } from "./log.ts";
import type { Queue } from "./queue-storage.ts";

export interface QueueListenerOptions {
  readonly functionName: string;
  readonly queue: Queue;
  readonly settings: QueueSettings;
  /** Takes one message to its end. Never rejects. */
  readonly process: (message: DequeuedMessageItem) => Promise<void>;
  readonly leaseInSeconds: number;
  readonly log: HostLog;
}

export interface QueueListener {
  /** Takes no more messages, and waits for those it has. */
  stop(): Promise<void>;
}

const shortestPollInMs = 100;

/** Polls one queue: at once while there is something, at growing intervals while there is nothing. */
export function startQueueListener(options: QueueListenerOptions): QueueListener {
  const { queue, settings, log, functionName } = options;
  const running = new Set<Promise<void>>();
  const stopping = new AbortController();
  let wake: (() => void) | undefined;
  queue.onSent = () => wake?.();

  const pause = async (delayInMs: number): Promise<void> => {
    let timer: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, delayInMs);
    });
    clearTimeout(timer);
  };

  const take = async (): Promise<number> => {
    try {
      const { receivedMessageItems: messages } = await queue.client.receiveMessages({
        numberOfMessages: settings.batchSize,
        visibilityTimeout: options.leaseInSeconds,
      });
      for (const message of messages) {
        const work = options.process(message).finally(() => running.delete(work));
        running.add(work);
      }
      return messages.length;
    } catch (error) {
      log("warning", `Queue ${queue.name} can't be read: ${String(error)}`, { function: functionName });
      return 0;
    }
  };

  const poll = async (): Promise<void> => {
    let delayInMs = shortestPollInMs;
    while (!stopping.signal.aborted) {
      if (running.size > settings.newBatchThreshold) {
        await Promise.race(running);
      } else if ((await take()) > 0) {
        delayInMs = shortestPollInMs;
      } else if (!stopping.signal.aborted) {
        await pause(delayInMs);
        delayInMs = Math.min(delayInMs * 2, Math.max(settings.maxPollingInterval, shortestPollInMs));
      }
    }
  };

  const polling = poll();
  return {
    stop: async () => {
      stopping.abort();
      wake?.();
      await polling;
      await Promise.all(running);
    },
  };
}
