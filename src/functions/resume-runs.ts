import type { InvocationContext, Timer, TimerFunctionOptions } from "@azure/functions";
import { getApp } from "../app.ts";
import { failing } from "./failing.ts";
import { vaultMessages } from "./vault-messages.ts";

/** Hourly: sends again what was never sent, or was lost with its queue. */
export async function resumeRuns(_timer: Timer, context: InvocationContext): Promise<void> {
  await failing(context, "resume runs", async () => {
    const app = await getApp();
    context.extraOutputs.set(vaultMessages, await app.findUnfinishedVaults(context));
  });
}

export const resumeRunsOptions: Omit<TimerFunctionOptions, "handler"> = {
  schedule: "0 30 * * * *",
  runOnStartup: false,
  useMonitor: true,
  extraOutputs: [vaultMessages],
};
