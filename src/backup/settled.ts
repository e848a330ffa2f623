import type { KeyEntry } from "../catalog/entry.ts";
import { parseKeyBlobPath, runBlobsPrefix } from "../catalog/paths.ts";
import type { Tier } from "../catalog/tiers.ts";
import type { StoredBlob } from "../ports/backup-store.ts";
import { createBoundedWork } from "./bounded-work.ts";
import type { VaultRun } from "./context.ts";
import { isCopy, readStoredEntry } from "./store-backup.ts";

/** What this run has stored of one key in one tier. */
export interface Settled {
  readonly blob?: StoredBlob;
  readonly hasEntry: boolean;
}

/** By lower-case key name. */
export type SettledKeys = ReadonlyMap<string, Settled>;

const mostReads = 16;

/** What earlier attempts of this run stored in a tier. */
export async function readSettled(run: VaultRun, tier: Tier): Promise<SettledKeys> {
  const settled = new Map<string, Settled>();
  for await (const blob of run.store.containers[tier].list(runBlobsPrefix(run.vault.host, run.runId))) {
    const address = parseKeyBlobPath(blob.path);
    if (!address) continue;
    const known = settled.get(address.key) ?? { hasEntry: false };
    settled.set(address.key, address.kind === "entry" ? { ...known, hasEntry: true } : { ...known, blob });
  }
  return settled;
}

/** The entries of what this run stored in a tier, whichever attempt it was: the tier's manifest has to name them. */
export async function readSettledEntries(
  run: VaultRun,
  tier: Tier,
  settled: SettledKeys,
): Promise<Map<string, KeyEntry>> {
  const entries = new Map<string, KeyEntry>();
  const work = createBoundedWork(mostReads);
  for (const [name, { hasEntry }] of settled)
    if (hasEntry)
      await work.add(async () => {
        const entry = await readStoredEntry(run, tier, name);
        if (entry) entries.set(name, entry);
      });
  await work.done();
  return entries;
}

/** True when this run has to go on with the key: a copy without its entry is nothing yet, and is made again. */
export function isBegun(settled: Settled | undefined, run: VaultRun): boolean {
  if (settled?.hasEntry) return true;
  return settled?.blob !== undefined && !isCopy(settled.blob, run);
}
