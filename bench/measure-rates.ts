import type { Bundles } from "./bundle.ts";
import { runNight } from "./night.ts";
import { backUpOneAfterAnother } from "./one-after-another.ts";
import { median, shareOfLimit, tally } from "./requests.ts";
import type { Measure } from "./row.ts";
import { onStage, seedKeys } from "./stage.ts";

interface Round {
  readonly shareOfLimit: number;
  readonly throttledShare: number;
  readonly keysPerSecond: number;
  readonly serialKeysPerSecond: number;
  readonly timesFaster: number;
  readonly cpuInMs: number;
  readonly durationInMs: number;
}

const rounds = 3;
const latencyInMs = 40;
const storeLatencyInMs = 10;
const sample = 25;

/** A first night at the vault's limit, and the same calls one after another on the same vault right after it. */
async function runRound(bundles: Bundles, keys: number, limitShare: string | undefined): Promise<Round> {
  const options = { keys: seedKeys(keys), vaultLatency: { baseInMs: latencyInMs }, storeLatencyInMs, throttle: {} };
  return onStage(options, async (stage) => {
    const settings = limitShare === undefined ? {} : { KEY_BACKUP_LIMIT_SHARE: limitShare };
    const { durationInMs, cpuInMs } = await runNight(bundles, stage, { settings });
    const { weight, throttledShare } = tally(await stage.vault.requests());
    const serialKeysPerSecond = await backUpOneAfterAnother(stage.vault.url, sample);
    const keysPerSecond = keys / (durationInMs / 1000);
    return {
      shareOfLimit: shareOfLimit(weight, durationInMs),
      throttledShare,
      keysPerSecond,
      serialKeysPerSecond,
      timesFaster: keysPerSecond / serialKeysPerSecond,
      cpuInMs,
      durationInMs,
    };
  });
}

async function runRounds(bundles: Bundles, keys: number, limitShare?: string): Promise<readonly Round[]> {
  const done: Round[] = [];
  for (let round = 0; round < rounds; round += 1) done.push(await runRound(bundles, keys, limitShare));
  return done;
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Medians of a few rounds, each with its own comparison, so that what else the machine does weighs on both sides. */
export const measureWholeLimit: Measure = async (bundles) => {
  const keys = 2000;
  const done = await runRounds(bundles, keys, "1");
  const used = median(done.map(({ shareOfLimit: share }) => share));
  const throttled = Math.max(...done.map(({ throttledShare }) => throttledShare));
  const times = median(done.map(({ timesFaster }) => timesFaster));
  return {
    rows: [
      { what: "share of the vault's limit, at share 1", goal: "≥ 90 %", measured: percent(used), met: used >= 0.9 },
      {
        what: "of those calls, answered 429 (worst round)",
        goal: "< 1 %",
        measured: percent(throttled),
        met: throttled < 0.01,
      },
      {
        what: "against the same calls one after another, at share 1",
        goal: "≥ 15 ×",
        measured: `${times.toFixed(1)} ×`,
        met: times >= 15,
      },
    ],
    raw: { keys, latencyInMs, storeLatencyInMs, sample, rounds: done },
  };
};

export const measureDefaultShare: Measure = async (bundles) => {
  const keys = 200;
  const done = await runRounds(bundles, keys);
  const times = median(done.map(({ timesFaster }) => timesFaster));
  const what = "against the same calls one after another, at the default share";
  return {
    rows: [{ what, goal: "≥ 3.5 ×", measured: `${times.toFixed(1)} ×`, met: times >= 3.5 }],
    raw: { keys, latencyInMs, storeLatencyInMs, sample, rounds: done },
  };
};
