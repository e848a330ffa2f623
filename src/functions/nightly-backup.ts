import type { InvocationContext, Timer, TimerFunctionOptions } from "@azure/functions";
import { getApp } from "../app.ts";
import { failing } from "./failing.ts";
import { vaultMessages } from "./vault-messages.ts";

/** Starts the scheduled run. A retried timer has the same scheduled instant, and so meets its own plan. */
export async function nightlyBackup(timer: Timer, context: InvocationContext): Promise<void> {
  if (timer.isPastDue) context.warn("the timer fires late: the app was not running at the scheduled time");
  await failing(context, "start the scheduled run", async () => {
    const app = await getApp();
    const { messages } = await app.startScheduledRun(context);
    context.extraOutputs.set(vaultMessages, messages);
  });
}

export const nightlyBackupOptions: Omit<TimerFunctionOptions, "schedule" | "handler"> = {
  runOnStartup: false,
  useMonitor: true,
  extraOutputs: [vaultMessages],
  retry: { strategy: "fixedDelay", delayInterval: { minutes: 5 }, maxRetryCount: 3 },
};
