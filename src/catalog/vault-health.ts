import { listAllManifests } from "./manifest-list.ts";
import type { Store } from "./store.ts";

export interface VaultHealth {
  readonly vault: string;
  /** `late`: the last good run began longer ago than the schedule allows. `never`: no good run is on record. */
  readonly state: "good" | "late" | "never";
  readonly lastGoodAt?: string;
  readonly lastStatus?: string;
}

/** A failed manifest protects nothing: only the last run with something to show counts as good. */
export async function readVaultHealth(options: {
  readonly vaults: readonly { readonly host: string; readonly store: Store }[];
  readonly now: Date;
  /** A vault is late when its last good run began longer ago than this: two schedule periods. */
  readonly lateAfterInMs: number;
}): Promise<readonly VaultHealth[]> {
  const { vaults, now, lateAfterInMs } = options;
  const newest = new Map<string, { lastGoodAt?: string; lastStatus: string }>();
  for (const store of new Set(vaults.map((one) => one.store)))
    for (const { vault, facts } of await listAllManifests(store.containers.daily)) {
      if (!facts) continue;
      const known = newest.get(vault) ?? { lastStatus: facts.status };
      const isGood = facts.status !== "failed" && known.lastGoodAt === undefined;
      newest.set(vault, isGood ? { ...known, lastGoodAt: facts.startedAt } : known);
    }
  return vaults.map(({ host }) => {
    const known = newest.get(host.toLowerCase());
    if (!known?.lastGoodAt) return { vault: host, state: "never", ...known };
    const isLate = now.getTime() - Date.parse(known.lastGoodAt) > lateAfterInMs;
    return { vault: host, state: isLate ? "late" : "good", ...known };
  });
}
