import { app, output, type Timer } from "@azure/functions";

export function registerTimers(): void {
  app.timer("nightly", {
    schedule: "0 0 2 * * *",
    return: output.storageQueue({ queueName: "notes", connection: "AzureWebJobsStorage" }),
    handler: (timer: Timer) => ({ timer }),
  });

  app.timer("everySecond", {
    schedule: "%FAST_SCHEDULE%",
    handler: (timer, context) => context.info(JSON.stringify({ event: "tick", timer })),
  });

  app.timer("retried", {
    schedule: "0 0 4 * * *",
    retry: { strategy: "fixedDelay", delayInterval: { minutes: 5 }, maxRetryCount: 3 },
    handler: (timer, context) => {
      context.info(JSON.stringify({ event: "tried", timer, metadata: context.retryContext }));
      if ((context.retryContext?.retryCount ?? 0) < Number(process.env["TIMER_FAILURES"])) {
        throw new Error("planned failure");
      }
    },
  });

  app.timer("failing", {
    schedule: "0 0 3 * * 1-5",
    handler: () => {
      throw new Error("planned failure");
    },
  });
}
