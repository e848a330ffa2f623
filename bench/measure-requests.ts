import { runNight } from "./night.ts";
import { tally } from "./requests.ts";
import type { Measure } from "./row.ts";
import { onStage, seedKeys } from "./stage.ts";

const fast = { requestsPerSecond: 10_000 };

/** How many requests a key costs on its first night, with as many versions as one page of a listing holds. */
export const measureRequestsPerKey: Measure = async (bundles) => {
  const keys = 200;
  const versions = 25;
  const seen = await onStage({ keys: seedKeys(keys, { versions }) }, async (stage) => {
    await runNight(bundles, stage, fast);
    return tally(await stage.vault.requests());
  });
  const perKey = seen.aboutKeys / keys;
  const what = `requests for a backed-up key with ${versions} versions`;
  return {
    rows: [{ what, goal: "≤ 4", measured: perKey.toFixed(2), met: perKey <= 4 }],
    raw: { keys, versions, ...seen },
  };
};

/** How many requests a vault costs in which nothing has changed since the night before. */
export const measureUnchangedVault: Measure = async (bundles) => {
  const keys = 1000;
  const seen = await onStage({ keys: seedKeys(keys) }, async (stage) => {
    await runNight(bundles, stage, fast);
    await stage.vault.resetRequests();
    const { counts } = await runNight(bundles, stage, { ...fast, settings: { KEY_BACKUP_REFRESH_DAYS: "30" } });
    if (counts.unchanged !== keys) throw new Error(`only ${counts.unchanged} of ${keys} keys were unchanged`);
    return tally(await stage.vault.requests());
  });
  const perKey = seen.all / keys;
  const what = "requests a key of an unchanged vault, refresh days on";
  return {
    rows: [{ what, goal: "≤ 0.05", measured: perKey.toFixed(3), met: perKey <= 0.05 }],
    raw: { keys, ...seen },
  };
};
