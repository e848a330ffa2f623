import type { ErrorCode } from "../errors/codes.ts";
import { compareRegions, geographyOf, unknownRegion, type GeographyWarning } from "./geography-rule.ts";
import { normalizeRegion, type RegionTable } from "./region-table.ts";

export const replications = ["LRS", "ZRS", "GRS", "GZRS", "RA-GRS", "RA-GZRS"] as const;
export type Replication = (typeof replications)[number];

interface StoreRefusal {
  readonly code: ErrorCode;
  readonly reason: string;
}

export type StoreVerdict =
  | { readonly allowed: true; readonly geography: string; readonly warnings: readonly GeographyWarning[] }
  | { readonly allowed: false; readonly refusals: readonly StoreRefusal[] };

export interface StoreFacts {
  readonly vaultRegion: string;
  readonly storeRegion: string;
  readonly replication: Replication;
  /** Where the app runs: backups pass through its memory. */
  readonly appRegion?: string | undefined;
  readonly table: RegionTable;
}

/** Whether a vault may be backed up to a store, with every reason against it. */
export function judgeStore(facts: StoreFacts): StoreVerdict {
  const { vaultRegion, storeRegion, appRegion, table } = facts;
  const pairs = [["vault and store", vaultRegion, storeRegion]];
  if (appRegion !== undefined) {
    pairs.push(["vault and app", vaultRegion, appRegion], ["store and app", storeRegion, appRegion]);
  }
  const refusals = new Map<string, StoreRefusal>();
  const warnings = new Set<GeographyWarning>();
  for (const [who = "", a = "", b = ""] of pairs) {
    const verdict = compareRegions(a, b, table);
    if (verdict.same) for (const warning of verdict.warnings) warnings.add(warning);
    else {
      const reason = verdict.code === "region-unknown" ? verdict.reason : `${who}: ${verdict.reason}`;
      refusals.set(reason, { code: verdict.code, reason });
    }
  }
  const leaves = replicationLeaves(storeRegion, facts.replication, table);
  if (leaves !== undefined) refusals.set(leaves.reason, leaves);
  const geography = geographyOf(vaultRegion, table)?.geography;
  if (refusals.size > 0 || geography === undefined) return { allowed: false, refusals: [...refusals.values()] };
  return { allowed: true, geography, warnings: [...warnings] };
}

/** Refuses a copy in another geography, and one whose place the table can't tell. */
function replicationLeaves(
  storeRegion: string,
  replication: Replication,
  table: RegionTable,
): StoreRefusal | undefined {
  const row = table.get(normalizeRegion(storeRegion));
  if (row === undefined || replication === "LRS" || replication === "ZRS") return undefined;
  const code = "replication-leaves-geography";
  if (row.pairedRegion === null) {
    return { code, reason: `${replication} copies ${row.name} to a paired region, and the table knows none for it` };
  }
  const verdict = compareRegions(row.name, row.pairedRegion, table);
  if (verdict.same) return undefined;
  return { code, reason: `${replication} copies ${row.name} to ${row.pairedRegion}: ${verdict.reason}` };
}

export type StoreChoice<S> =
  { readonly store: S; readonly geography: string; readonly warnings: readonly GeographyWarning[] } | StoreRefusal;

/** The store of the vault's geography, or the first reason why there is none. */
export function chooseStore<S extends { region: string; replication: Replication }>(
  vaultRegion: string,
  stores: readonly S[],
  appRegion: string | undefined,
  table: RegionTable,
): StoreChoice<S> {
  const home = geographyOf(vaultRegion, table);
  if (home === undefined) return { code: "region-unknown", reason: unknownRegion(vaultRegion, table) };
  if (appRegion !== undefined) {
    const verdict = compareRegions(vaultRegion, appRegion, table);
    if (!verdict.same) return { code: verdict.code, reason: `vault and app: ${verdict.reason}` };
  }
  const near = stores.filter((store) => compareRegions(vaultRegion, store.region, table).same);
  const refusals: StoreRefusal[] = [];
  for (const store of near) {
    const { region: storeRegion, replication } = store;
    const verdict = judgeStore({ vaultRegion, storeRegion, replication, appRegion, table });
    if (verdict.allowed) return { store, geography: verdict.geography, warnings: verdict.warnings };
    refusals.push(...verdict.refusals);
  }
  return (
    refusals[0] ?? {
      code: "no-store-in-geography",
      reason: `no store is in ${home.geography}, where ${normalizeRegion(vaultRegion)} is`,
    }
  );
}
