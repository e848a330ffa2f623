import { fileURLToPath } from "node:url";
import * as z from "zod";
import { median } from "./requests.ts";
import type { Measure } from "./row.ts";
import { runScript } from "./run-script.ts";

const loadSchema = z.object({ inMs: z.number(), functions: z.int().positive() });
const starts = 25;
const limitInMs = 50;
const app = fileURLToPath(new URL("../build/package/dist/index.js", import.meta.url));

/** Loads the deployed package and an app with one empty function, by turns, each time in a new process. */
export const measureColdStart: Measure = async (bundles) => {
  const script = bundles.path("load-once.bench.ts");
  const emptyApp = bundles.path("empty-app.bench.ts");
  const load = async (path: string) => (await runScript({ script, args: [path], result: loadSchema })).inMs;
  // The first of each reads its files from disk.
  await load(emptyApp);
  await load(app);
  const ours: number[] = [];
  const empty: number[] = [];
  for (let start = 0; start < starts; start += 1) {
    empty.push(await load(emptyApp));
    ours.push(await load(app));
  }
  const overInMs = median(ours) - median(empty);
  const fastestOverInMs = Math.min(...ours) - Math.min(...empty);
  const ratio = median(ours) / median(empty);
  const compared = `${median(ours).toFixed(0)} and ${median(empty).toFixed(0)} ms, ${ratio.toFixed(1)} ×`;
  return {
    rows: [
      {
        what: `loading the app, over one empty function (${compared}; fastest ${fastestOverInMs.toFixed(0)} ms over)`,
        goal: `≤ ${limitInMs} ms`,
        measured: `${overInMs.toFixed(0)} ms`,
        met: overInMs <= limitInMs,
      },
    ],
    raw: { starts, oursInMs: ours, emptyInMs: empty, overInMs, fastestOverInMs, ratio },
  };
};
