import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { Bundles } from "./bundle.ts";
import { median } from "./requests.ts";
import type { Measure } from "./row.ts";
import { runScript } from "./run-script.ts";

const loadSchema = z.object({ inMs: z.number(), functions: z.int().positive() });
const starts = 21;
const limitInMs = 50;
const app = fileURLToPath(new URL("../build/package/dist/index.js", import.meta.url));

/** Loads the deployed package and an app with one empty function, by turns, each time in a new process. */
export const measureColdStart: Measure = async (bundles) => {
  const load = (path: string) => runScript({ script: bundles.path("load-once.ts"), args: [path], result: loadSchema });
  const ours: number[] = [];
  const empty: number[] = [];
  await warmUp(bundles, load);
  for (let start = 0; start < starts; start += 1) {
    empty.push((await load(bundles.path("empty-app.ts"))).inMs);
    ours.push((await load(app)).inMs);
  }
  const differenceInMs = median(ours) - median(empty);
  const ratio = median(ours) / median(empty);
  return {
    rows: [
      {
        what: `loading the app, over one empty function (${Math.round(median(ours))} and ${Math.round(median(empty))} ms, ${ratio.toFixed(1)} ×)`,
        goal: `≤ ${limitInMs} ms`,
        measured: `${differenceInMs.toFixed(0)} ms`,
        met: differenceInMs <= limitInMs,
      },
    ],
    raw: { starts, oursInMs: ours, emptyInMs: empty, differenceInMs, ratio },
  };
};

/** The first of each reads its files from disk. */
async function warmUp(bundles: Bundles, load: (path: string) => Promise<unknown>): Promise<void> {
  await load(bundles.path("empty-app.ts"));
  await load(app);
}
