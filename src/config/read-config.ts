import type { Config, ConfigResult } from "./config.ts";
import { choose, readHosting, type Use } from "./hosting.ts";
import { readKeepDays } from "./keep-days.ts";
import { readLocalMode } from "./local-mode.ts";
import { readFunctionTimeLimit, readLimitShare, readRefreshDays } from "./numbers.ts";
import { mustBe, type Problem, type Reading } from "./problem.ts";
import { readAppRegion, readRegions } from "./regions.ts";
import { textOf, unknownSettings, type Environment } from "./settings.ts";
import { readStores } from "./stores.ts";
import { readVaults, type VaultReading } from "./vaults.ts";

/** The configuration, or every problem with it at once. A fault of one vault only leaves that vault out. */
export function readConfig(env: Environment = process.env, use: Use = "app"): ConfigResult {
  const local = readLocalMode(env);
  const hosting = readHosting({ env, local: local.value !== undefined, use });
  const options = readOptions(env);
  const places = readPlaces(env, local.value !== undefined);
  const problems = [local, hosting, options, places].flatMap((reading) => reading.problems);
  const { vaults, faults } = places.value.vaults;
  if (problems.length > 0) return { ok: false, problems: once([...problems, ...faults]) };
  const vaultProblems = faults.map(({ vault, code, setting, message }) => ({
    vault,
    code,
    message: `${setting}: ${message}`,
  }));
  const { stores, regions, appRegion } = places.value;
  return {
    ok: true,
    config: {
      vaults,
      vaultProblems,
      stores,
      regions,
      ...hosting.value,
      ...options.value,
      ...(appRegion === undefined ? {} : { appRegion }),
      ...(local.value === undefined ? {} : { local: local.value }),
    },
  };
}

/** What the vaults of a group share is said once, not for each of them. */
function once(problems: readonly Problem[]): Problem[] {
  const bare = problems.map(({ setting, message }) => [`${setting}: ${message}`, { setting, message }] as const);
  return [...new Map(bare).values()];
}

type Options = Pick<
  Config,
  "keepDays" | "refreshDays" | "limitShare" | "observedRegion" | "functionTimeLimitInMs" | "clientId"
>;

/** The settings that stand by themselves. */
function readOptions(env: Environment): Reading<Options> {
  const keepDays = readKeepDays(env);
  const refreshDays = readRefreshDays(env);
  const limitShare = readLimitShare(env);
  const observedRegion = choose(env, "KEY_BACKUP_OBSERVED_REGION", ["warn", "require"], "warn");
  const timeLimit = readFunctionTimeLimit(env);
  const clientId = readClientId(env);
  const readings = [keepDays, refreshDays, limitShare, observedRegion, timeLimit, clientId];
  return {
    value: {
      keepDays: keepDays.value,
      refreshDays: refreshDays.value,
      limitShare: limitShare.value,
      observedRegion: observedRegion.value,
      functionTimeLimitInMs: timeLimit.value,
      ...(clientId.value === undefined ? {} : { clientId: clientId.value }),
    },
    problems: [...unknownSettings(env), ...readings.flatMap((reading) => reading.problems)],
  };
}

function readClientId(env: Environment): Reading<string | undefined> {
  const setting = "AZURE_CLIENT_ID";
  const value = textOf(env, setting);
  if (value === undefined || /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(value)) return { value, problems: [] };
  return { value: undefined, problems: [{ setting, message: mustBe("a client id (a GUID)", value) }] };
}

type Places = Pick<Config, "stores" | "regions" | "appRegion"> & { readonly vaults: VaultReading };

/** The settings that are judged by each other: regions, then stores, then vaults. */
function readPlaces(env: Environment, local: boolean): Reading<Places> {
  const regions = readRegions(env);
  const table = regions.value;
  const region = readAppRegion(env, table);
  const appRegion = region.value;
  const stores = readStores(env, { local, table, appRegion });
  const soundStores = stores.problems.length === 0 ? stores.value : undefined;
  const vaults = readVaults(env, { local, table, appRegion, stores: soundStores });
  return {
    value: { stores: stores.value, regions: table, ...(appRegion === undefined ? {} : { appRegion }), vaults },
    problems: [regions, region, stores, vaults].flatMap((reading) => reading.problems),
  };
}
