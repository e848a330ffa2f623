import { KeyBackupError } from "../errors/key-backup-error.ts";
import { DAY_IN_MS } from "../ports/clock.ts";
import { sha256Of } from "./hashes.ts";
import { isFarFromItsRun, listManifests, openManifest, type ListedManifest } from "./manifest-list.ts";
import type { Manifest, ManifestHead, Warning } from "./manifest.ts";
import { startOfRun } from "./run-id.ts";
import type { Store } from "./store.ts";
import { tiers, type KeepDays, type Tier } from "./tiers.ts";
import { emptyIfAbsent, type VaultFolder } from "./vault-folders.ts";

/** A manifest in one tier of a store. */
export interface PlacedManifest {
  readonly store: Store;
  readonly tier: Tier;
  readonly listed: ListedManifest;
}

/** One that can be read, is what its metadata says, and is what the manifests after it recorded of it. */
export interface GoodManifest extends PlacedManifest {
  readonly manifest: Manifest;
}

export interface ManifestReader {
  /** Of all tiers, newest first by the store's clock. */
  readonly placed: readonly PlacedManifest[];
  /** Opens one, or reports what is wrong with it and resolves to `undefined`. */
  open(placed: PlacedManifest): Promise<GoodManifest | undefined>;
  /** What was found wrong so far, each thing once. */
  warnings(): readonly Warning[];
}

/** Lists what the stores have of a vault. Manifests that are named as predecessors, not expired, and not there are reported. */
export async function readManifestsOf(
  folders: readonly VaultFolder[],
  { keepDays, now }: { readonly keepDays: KeepDays; readonly now: Date },
): Promise<ManifestReader> {
  const placed: PlacedManifest[] = [];
  const warnings = new Map<string, Warning>();
  const report = (code: string, message: string): void => void warnings.set(message, { code, message });
  for (const { store, vault } of folders)
    for (const tier of tiers) {
      const manifests = await listManifests(emptyIfAbsent(store.containers[tier]), vault);
      placed.push(...manifests.map((listed) => ({ store, tier, listed })));
      for (const { path } of manifests.filter(isFarFromItsRun))
        report("manifest-time", `${tier}/${path} was created far from its run's time`);
      for (const runId of missingRuns(manifests, keepDays[tier], now))
        report("manifest-missing", `${tier}: the manifest of run ${runId} of ${vault} is gone, and had not expired`);
    }
  const heads = new Map<string, Promise<ManifestHead | undefined>>();
  const headOf = (one: PlacedManifest): Promise<ManifestHead | undefined> => {
    const key = `${one.store.url} ${one.tier} ${one.listed.path}`;
    const head = heads.get(key) ?? openPlaced(one).then(({ head: read }) => read, passingDamage);
    heads.set(key, head);
    return head;
  };

  return {
    placed: placed.toSorted(newestFirst),
    warnings: () => [...warnings.values()],
    async open(one) {
      try {
        const manifest = await openPlaced(one);
        heads.set(`${one.store.url} ${one.tier} ${one.listed.path}`, Promise.resolve(manifest.head));
        await checkChain(one, placed, headOf);
        return { ...one, manifest };
      } catch (error) {
        if (!isDamage(error)) throw error;
        report(error.code, error.message);
        return undefined;
      }
    },
  };
}

async function openPlaced({ store, tier, listed }: PlacedManifest): Promise<Manifest> {
  const manifest = await openManifest(store.containers[tier], listed);
  if (manifest.head.tier === tier) return manifest;
  throw damaged(`${tier}/${listed.path}`, `it is of ${manifest.head.tier}`);
}

/** @throws KeyBackupError `manifest-damaged` when a manifest after it recorded another hash. */
async function checkChain(
  { store, tier, listed }: PlacedManifest,
  placed: readonly PlacedManifest[],
  headOf: (one: PlacedManifest) => Promise<ManifestHead | undefined>,
): Promise<void> {
  const successors = placed.filter(
    (other) =>
      other.store === store &&
      other.tier === tier &&
      other.listed.vault === listed.vault &&
      other.listed.facts?.previous.includes(listed.runId) === true,
  );
  if (successors.length === 0) return;
  const own = listed.facts?.sha256 ?? sha256Of((await store.containers[tier].read(listed.path)) ?? "");
  for (const successor of successors) {
    const recorded = (await headOf(successor))?.previous.find(({ runId }) => runId === listed.runId);
    if (recorded !== undefined && recorded.sha256 !== own)
      throw damaged(`${tier}/${listed.path}`, `its hash is not the one that run ${successor.listed.runId} recorded`);
  }
}

/** Runs that a manifest names as its predecessors, and that the tier should still have. */
function missingRuns(manifests: readonly ListedManifest[], keepDays: number, now: Date): readonly string[] {
  const listed = new Set(manifests.map(({ runId }) => runId));
  const named = new Set(manifests.flatMap(({ facts }) => facts?.previous ?? []));
  return [...named].filter((runId) => {
    const startedAt = startOfRun(runId);
    const isYoung = startedAt !== undefined && now.getTime() - startedAt.getTime() < keepDays * DAY_IN_MS;
    return isYoung && !listed.has(runId);
  });
}

const order: Readonly<Record<Tier, number>> = { daily: 0, monthly: 1, yearly: 2 };

function newestFirst(a: PlacedManifest, b: PlacedManifest): number {
  const later = b.listed.createdAt.getTime() - a.listed.createdAt.getTime();
  return (
    later ||
    (a.listed.runId < b.listed.runId ? 1 : a.listed.runId > b.listed.runId ? -1 : order[a.tier] - order[b.tier])
  );
}

const damaged = (path: string, reason: string): KeyBackupError =>
  new KeyBackupError("manifest-damaged", `read manifest ${path}: ${reason}`);

const isDamage = (error: unknown): error is KeyBackupError =>
  error instanceof KeyBackupError && error.code.startsWith("manifest-");

function passingDamage(error: unknown): undefined {
  if (!isDamage(error)) throw error;
}
