import { runNight } from "./night.ts";
import type { Measure } from "./row.ts";
import { onStage, seedKeys } from "./stage.ts";

const counts = [1000, 4000, 10_000];
const limitInMb = 512;
const inMb = (bytes: number): number => bytes / 1_048_576;

/** A first night in all three tiers, when memory holds the most, as fast as this machine can. */
export const measureMemory: Measure = async (bundles) => {
  const nights: { keys: number; peakInMb: number; durationInMs: number; cpuInMs: number }[] = [];
  for (const keys of counts) {
    const night = await onStage({ keys: seedKeys(keys) }, (stage) =>
      runNight(bundles, stage, { requestsPerSecond: 10_000 }),
    );
    const { peakMemoryInBytes, durationInMs, cpuInMs } = night;
    nights.push({ keys, peakInMb: inMb(peakMemoryInBytes), durationInMs, cpuInMs });
  }
  const first = nights[0];
  const last = nights.at(-1);
  if (first === undefined || last === undefined) throw new Error("no vault was backed up");
  const growthInKb = ((last.peakInMb - first.peakInMb) * 1024) / (last.keys - first.keys);
  const shown = nights.map(({ keys, peakInMb }) => `${keys / 1000}k: ${Math.round(peakInMb)}`).join(", ");
  return {
    rows: [
      {
        what: `peak memory for ${last.keys} keys (${shown} MB; ${growthInKb.toFixed(1)} KB a key)`,
        goal: `< ${limitInMb} MB`,
        measured: `${Math.round(last.peakInMb)} MB`,
        met: last.peakInMb < limitInMb,
      },
    ],
    raw: { nights, growthInKbPerKey: growthInKb },
  };
};
