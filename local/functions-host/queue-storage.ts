import { ManagedIdentityCredential } from "@azure/identity";
import { QueueServiceClient, type QueueClient } from "@azure/storage-queue";
import type { Binding } from "./core-types.ts";
import { queueConnection, resolveSettings, type QueueConnection } from "./settings.ts";

export interface Queue {
  readonly name: string;
  readonly client: QueueClient;
  /** Creates the queue when it is missing. */
  send(messages: readonly (string | Uint8Array)[]): Promise<void>;
  /** The text of a message. Throws when it is not of the configured encoding. */
  decode(messageText: string): string;
  /** Called after this process sent something, so that its own listener need not wait for its next poll. */
  onSent: (() => void) | undefined;
}

export interface QueueStorage {
  /** The queue that a trigger or an output is bound to. */
  queueOf(binding: Binding): Queue;
  /** Another queue of the same account: a poison queue. */
  sibling(binding: Binding, suffix: string): Queue;
}

// The SDK's own back-off waits for seconds at the first fault: too long for an emulator that is being restarted.
const retryOptions = { maxTries: 4, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 };

export function createQueueStorage(
  env: Readonly<Record<string, string | undefined>>,
  encoding: "base64" | "none",
): QueueStorage {
  const queues = new Map<string, Queue>();

  const open = (connection: string, name: string): Queue => {
    const id = `${connection}/${name}`;
    const queue = queues.get(id) ?? createQueue(queueConnection(connection, { ...env }), name, encoding);
    queues.set(id, queue);
    return queue;
  };
  const queueOf = (binding: Binding, suffix = ""): Queue =>
    open(binding.connection || "AzureWebJobsStorage", resolveSettings(binding.queueName ?? "", { ...env }) + suffix);
  return { queueOf: (binding) => queueOf(binding), sibling: queueOf };
}

function openService(connection: QueueConnection): QueueServiceClient {
  if ("connectionString" in connection) {
    return QueueServiceClient.fromConnectionString(connection.connectionString, { retryOptions });
  }
  const { url, clientId } = connection;
  return new QueueServiceClient(url, new ManagedIdentityCredential({ clientId }), { retryOptions });
}

function createQueue(connection: QueueConnection, name: string, encoding: "base64" | "none"): Queue {
  const client = openService(connection).getQueueClient(name);
  let created: Promise<unknown> | undefined;
  const queue: Queue = {
    name,
    client,
    onSent: undefined,
    send: async (messages) => {
      created ??= client.createIfNotExists();
      await created;
      for (const message of messages) {
        await client.sendMessage(encode(message, encoding));
      }
      queue.onSent?.();
    },
    decode: (messageText) => (encoding === "none" ? messageText : decodeBase64(messageText)),
  };
  return queue;
}

function encode(message: string | Uint8Array, encoding: "base64" | "none"): string {
  const bytes = typeof message === "string" ? Buffer.from(message) : Buffer.from(message);
  return encoding === "base64" ? bytes.toString("base64") : bytes.toString("utf8");
}

function decodeBase64(messageText: string): string {
  const bytes = Buffer.from(messageText, "base64");
  if (bytes.toString("base64") !== messageText.trim()) {
    throw new Error("the message is not base64");
  }
  return bytes.toString("utf8");
}
