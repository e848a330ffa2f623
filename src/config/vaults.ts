import { errorCodes, type ErrorCode } from "../errors/codes.ts";
import type { RegionTable } from "../geography/region-table.ts";
import { chooseStore } from "../geography/store-rule.ts";
import type { StoreConfig, VaultConfig } from "./config.ts";
import { parseJson } from "./json-setting.ts";
import { readLocalVault } from "./local-vaults.ts";
import { mustBe, type Problem } from "./problem.ts";
import { textOf, type Environment } from "./settings.ts";
import type { VaultEntry, VaultFault } from "./vault-entry.ts";
import { readGroup } from "./vault-groups.ts";

const setting = "KEY_BACKUP_VAULTS";

export interface VaultFacts {
  readonly local: boolean;
  readonly table: RegionTable;
  readonly appRegion: string | undefined;
  /** `undefined` when the stores have problems of their own, so that no vault is blamed for those. */
  readonly stores: readonly StoreConfig[] | undefined;
}

export interface VaultReading {
  readonly vaults: readonly VaultConfig[];
  readonly faults: readonly VaultFault[];
  readonly problems: readonly Problem[];
}

/** Every vault that can be used, each fault of one that can't, and what stops the whole app. */
export function readVaults(env: Environment, facts: VaultFacts): VaultReading {
  const wanted = `a JSON array of ${facts.local ? "vaults (local mode)" : "groups of vaults"}`;
  const text = textOf(env, setting);
  if (text === undefined) return onlyProblem(mustBe(wanted, undefined));
  const json = parseJson(setting, text);
  if ("problem" in json) return onlyProblem(json.problem.message);
  if (!Array.isArray(json.value)) return onlyProblem(mustBe(wanted, json.value));
  const read = facts.local ? readLocalVault : readGroup;
  const readings = json.value.map((element: unknown, index) => read(`${setting}[${index}]`, element, facts.table));
  const problems = readings.flatMap((reading) => reading.problems);
  const judged = judgeEntries(
    readings.flatMap((reading) => reading.entries),
    facts,
  );
  if (judged.vaults.length === 0 && problems.length === 0) {
    const message = judged.faults.length > 0 ? "has no vault that can be used." : "names no vault: add one.";
    problems.push({ setting, message });
  }
  return { ...judged, problems };
}

function onlyProblem(message: string): VaultReading {
  return { vaults: [], faults: [], problems: [{ setting, message }] };
}

function judgeEntries(entries: readonly VaultEntry[], facts: VaultFacts): Omit<VaultReading, "problems"> {
  const pathOf = new Map<string, string>();
  const vaults: VaultConfig[] = [];
  const faults: VaultFault[] = [];
  for (const entry of entries) {
    const found = "faults" in entry ? entry.faults : [...repeated(entry, pathOf), ...misplaced(entry, facts)];
    faults.push(...found);
    if ("faults" in entry || found.length > 0) continue;
    vaults.push(entry.vault);
    pathOf.set(entry.vault.host, entry.path).set(entry.vault.url, entry.path);
  }
  return { vaults, faults };
}

type SoundEntry = Extract<VaultEntry, { vault: VaultConfig }>;

function repeated({ vault, path }: SoundEntry, pathOf: ReadonlyMap<string, string>): VaultFault[] {
  const before = pathOf.get(vault.host) ?? pathOf.get(vault.url);
  if (before === undefined) return [];
  const message = `is the same vault as ${before}: remove one of the two.`;
  return [{ vault: vault.name, code: "bad-configuration", setting: path, message }];
}

/** A vault whose geography has no store, or is not the app's. */
function misplaced({ vault, path }: SoundEntry, { stores, appRegion, table }: VaultFacts): VaultFault[] {
  if (stores === undefined) return [];
  const choice = chooseStore(vault.region, stores, appRegion, table);
  if ("store" in choice) return [];
  const code: ErrorCode = choice.code;
  return [{ vault: vault.name, code, setting: path, message: `${choice.reason}. ${errorCodes[code].hint}` }];
}
