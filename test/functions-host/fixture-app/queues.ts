import { app, output, type InvocationContext } from "@azure/functions";

export interface Work {
  readonly id: string;
  /** Milliseconds before it ends. */
  readonly takes?: number;
  /** Fails at deliveries up to this one. */
  readonly failures?: number;
}

export function registerQueues(): void {
  app.storageQueue<Work>("work", { queueName: "%WORK_QUEUE%", connection: "AzureWebJobsStorage", handler: perform });

  app.storageQueue("abandonedWork", {
    queueName: "work-poison",
    connection: "AzureWebJobsStorage",
    handler: (message, context) => {
      record(context, "abandoned", message);
      if (process.env["POISON_FAILS"] === "yes") {
        throw new Error("planned failure on the poison queue");
      }
    },
  });

  app.storageQueue("note", {
    queueName: "notes",
    connection: "AzureWebJobsStorage",
    handler: (message, context) => record(context, "note", message),
  });

  app.storageQueue("relay", {
    queueName: "relays",
    connection: "AzureWebJobsStorage",
    return: output.storageQueue({ queueName: "notes", connection: "AzureWebJobsStorage" }),
    handler: (message) => ({ relayed: message }),
  });
}

async function perform(message: Work, context: InvocationContext): Promise<void> {
  record(context, "started", message);
  const { takes = 0, failures = 0 } = message;
  await new Promise((resolve) => setTimeout(resolve, takes));
  if (Number(context.triggerMetadata?.["dequeueCount"]) <= failures) {
    throw new Error("planned failure");
  }
  record(context, "finished", message);
}

function record(context: InvocationContext, event: string, message: unknown): void {
  context.info(JSON.stringify({ event, message, metadata: context.triggerMetadata }));
}
