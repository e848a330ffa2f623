import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { KeyEntry } from "./entry.ts";
import { isFarFromItsRun, listManifests, openManifest, type ListedManifest } from "./manifest-list.ts";
import type { ManifestHead, Warning } from "./manifest.ts";
import type { Store } from "./store.ts";
import type { Tier } from "./tiers.ts";

/** The newest manifest that can be read: what a run compares the vault with. */
export interface Baseline {
  readonly tier: Tier;
  readonly runId: string;
  readonly head: ManifestHead;
  /** By lower-case key name. */
  readonly keys: ReadonlyMap<string, KeyEntry>;
}

export interface TierHistory {
  readonly manifests: readonly ListedManifest[];
  readonly newest: Baseline | undefined;
  readonly warnings: readonly Warning[];
}

/** Lists a tier's manifests of a vault and opens the newest readable one that `wanted` accepts. */
export async function readTierHistory(
  store: Store,
  tier: Tier,
  vault: string,
  wanted: (listed: ListedManifest) => boolean = () => true,
): Promise<TierHistory> {
  const container = store.containers[tier];
  const manifests = await listManifests(container, vault);
  const warnings: Warning[] = manifests
    .filter(isFarFromItsRun)
    .map(({ path }) => ({ code: "manifest-time", message: `${tier}/${path} was created far from its run's time` }));
  for (const listed of manifests.filter(wanted)) {
    try {
      const { head, keys } = await openManifest(container, listed);
      if (head.tier !== tier)
        throw new KeyBackupError("manifest-damaged", `read manifest ${tier}/${listed.path}: it is of ${head.tier}`);
      const byName = new Map(keys.map((entry) => [entry.name.toLowerCase(), entry]));
      return { manifests, newest: { tier, runId: listed.runId, head, keys: byName }, warnings };
    } catch (error) {
      if (!(error instanceof KeyBackupError) || !error.code.startsWith("manifest-")) throw error;
      warnings.push({ code: error.code, message: error.message });
    }
  }
  return { manifests, newest: undefined, warnings };
}
