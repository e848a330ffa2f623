import { readTierHistory, type Baseline, type TierHistory } from "../catalog/baseline.ts";
import type { KeyEntry } from "../catalog/entry.ts";
import type { ListedManifest } from "../catalog/manifest-list.ts";
import type { Warning } from "../catalog/manifest.ts";
import { enabledTiers, longerTiers, periodOf, type Tier } from "../catalog/tiers.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { VaultRun } from "./context.ts";

/** What earlier runs left of a vault. */
export interface VaultHistory {
  readonly baseline: Baseline | undefined;
  /** Per tier, every manifest of the vault: the new one names those that none names yet. */
  readonly manifests: Readonly<Partial<Record<Tier, readonly ListedManifest[]>>>;
  /** Per longer tier, the keys that the newest manifest of this period names with a backup. */
  readonly held: Readonly<Partial<Record<Tier, ReadonlyMap<string, KeyEntry>>>>;
  /** Longer tiers whose container can't be read now: they are due again in the next run. */
  readonly unavailable: ReadonlyMap<Tier, KeyBackupError>;
  readonly warnings: readonly Warning[];
}

export async function readVaultHistory(run: VaultRun): Promise<VaultHistory> {
  const { store, vault, runId } = run;
  const { keepDays } = run.context.settings;
  const histories = new Map<Tier, TierHistory>();
  const unavailable = new Map<Tier, KeyBackupError>();
  for (const tier of enabledTiers(keepDays)) {
    const wanted = (listed: ListedManifest): boolean =>
      tier === "daily" || periodOf(tier, listed.runId) === periodOf(tier, runId);
    try {
      histories.set(tier, await readTierHistory(store, tier, vault.host, wanted));
    } catch (error) {
      if (tier === "daily" || !(error instanceof KeyBackupError)) throw error;
      unavailable.set(tier, error);
    }
  }
  const fallback = histories.get("daily")?.newest ? undefined : await readLongerTiers(run, unavailable);
  const baseline = histories.get("daily")?.newest ?? fallback?.newest;
  const entries = [...histories];
  return {
    baseline,
    manifests: Object.fromEntries(entries.map(([tier, { manifests }]) => [tier, manifests])),
    held: Object.fromEntries(
      entries.filter(([tier]) => tier !== "daily").map(([tier, { newest }]) => [tier, withBackup(newest)]),
    ),
    unavailable,
    warnings: [...entries.flatMap(([, { warnings }]) => warnings), ...(fallback?.warnings ?? [])],
  };
}

/** After weeks of silence `daily` has expired: the longer tiers still know the vault's keys. */
async function readLongerTiers(
  { context, store, vault }: VaultRun,
  unavailable: ReadonlyMap<Tier, KeyBackupError>,
): Promise<Pick<TierHistory, "newest" | "warnings">> {
  const warnings: Warning[] = [];
  for (const tier of longerTiers(context.settings.keepDays).toReversed()) {
    if (unavailable.has(tier)) continue;
    const history = await readTierHistory(store, tier, vault.host);
    warnings.push(...history.warnings);
    if (history.newest) return { newest: history.newest, warnings };
  }
  return { newest: undefined, warnings };
}

function withBackup(newest: Baseline | undefined): ReadonlyMap<string, KeyEntry> {
  return new Map([...(newest?.keys ?? [])].filter(([, entry]) => entry.backup !== undefined));
}
