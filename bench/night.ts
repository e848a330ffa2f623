import * as z from "zod";
import { countsSchema } from "../src/catalog/manifest.ts";
import type { Bundles } from "./bundle.ts";
import { runScript } from "./run-script.ts";
import type { Stage } from "./stage.ts";

const nightSchema = z.object({
  /** From the message to the last manifest. */
  durationInMs: z.number(),
  /** Of the whole process, loading included. */
  cpuInMs: z.number(),
  peakMemoryInBytes: z.number(),
  status: z.string(),
  counts: countsSchema,
  /** By the app's own count: listing, sign-in and retries included. */
  requests: z.number(),
});
export type Night = z.infer<typeof nightSchema>;

export interface NightOptions {
  readonly settings?: Readonly<Record<string, string>>;
  /** In place of what the plan worked out. */
  readonly requestsPerSecond?: number;
}

/** One run of the bundled app in a process of its own. @throws when a key was not backed up: then there is nothing to measure. */
export async function runNight(bundles: Bundles, stage: Stage, options: NightOptions = {}): Promise<Night> {
  const { settings, requestsPerSecond } = options;
  const night = await runScript({
    script: bundles.path("back-up-once.bench.ts"),
    args: requestsPerSecond === undefined ? [] : [String(requestsPerSecond)],
    env: { ...stage.env, ...settings },
    result: nightSchema,
  });
  if (night.status !== "succeeded") throw new Error(`the run ended ${night.status}: ${JSON.stringify(night.counts)}`);
  return night;
}
