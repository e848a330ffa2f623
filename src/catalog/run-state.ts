import { KeyBackupError } from "../errors/key-backup-error.ts";
import { readManifestFacts, type ManifestFacts } from "./manifest-facts.ts";
import { listAllManifests, type ListedManifest } from "./manifest-list.ts";
import { manifestPath, parsePlanPath, planPath, plansPrefix, runBlobsPrefix } from "./paths.ts";
import { readPlan, type Plan } from "./plan.ts";
import type { Store } from "./store.ts";

export type VaultState = "waiting" | "running" | "succeeded" | "partial" | "failed" | "stalled";

/** How far a run is with one vault: its plan says what to expect, its manifest how it ended. Nothing else is kept. */
export interface VaultProgress {
  readonly vault: string;
  readonly name: string;
  readonly geography: string;
  readonly state: VaultState;
  readonly requestsPerSecond: number;
  readonly manifest?: ManifestFacts & { readonly path: string };
  /** Keys and instant of what is stored so far, while there is no manifest. */
  readonly stored?: { readonly keys: number; readonly newestAt: Date };
}

export interface RunState {
  readonly runId: string;
  readonly trigger: string;
  readonly reason?: string;
  readonly startedAt: string;
  readonly vaults: readonly VaultProgress[];
}

export interface ReadingOfRuns {
  readonly now: Date;
  /** A vault without a sign of life for this long is stalled: twice the function's time limit. */
  readonly stalledAfterInMs: number;
  /** For reading many runs at a time: one listing a store serves them all. */
  readonly listManifests?: ListManifests;
}

type ListManifests = (store: Store) => Promise<readonly ListedManifest[]>;

/** Lists the manifests of each store once, when they are first asked for. */
export function listingOnce(): ListManifests {
  const listings = new Map<Store, Promise<readonly ListedManifest[]>>();
  return (store) => {
    const listing = listings.get(store) ?? listAllManifests(store.containers.daily);
    listings.set(store, listing);
    return listing;
  };
}

export const isFinished = ({ vaults }: RunState): boolean => vaults.every(({ manifest }) => manifest !== undefined);

/** Above this many vaults one listing is cheaper than a request for each; and so many requests are made at a time. */
const mostAtATime = 20;

/** By vault, the manifest of this run in `daily`, as its metadata tells it. */
export async function manifestsOfRun(
  store: Store,
  { runId, vaults }: Pick<Plan, "runId" | "vaults">,
  listManifests?: ListManifests,
): Promise<ReadonlyMap<string, ManifestFacts>> {
  const container = store.containers.daily;
  if (listManifests || vaults.length > mostAtATime) {
    const all = await (listManifests?.(store) ?? listAllManifests(container));
    const own = all.filter((listed) => listed.runId === runId && listed.facts !== undefined);
    const byVault = new Map(own.map(({ vault, facts }) => [vault, facts]));
    return withFacts(vaults.map(({ vault }) => [vault, byVault.get(vault.toLowerCase())]));
  }
  const facts = await Promise.all(
    vaults.map(async ({ vault }) => {
      const blob = await container.stat(manifestPath(vault, runId));
      return [vault, blob && readManifestFacts(blob.facts)] as const;
    }),
  );
  return withFacts(facts);
}

function withFacts(
  pairs: readonly (readonly [string, ManifestFacts | undefined])[],
): ReadonlyMap<string, ManifestFacts> {
  return new Map(pairs.flatMap(([vault, facts]) => (facts ? [[vault, facts]] : [])));
}

/** Every run that the stores know, newest first. */
export async function listRunIds(stores: readonly Store[]): Promise<readonly string[]> {
  const runIds = new Set<string>();
  for (const store of stores)
    for await (const { path } of store.containers.daily.list(plansPrefix)) {
      const runId = parsePlanPath(path);
      if (runId) runIds.add(runId);
    }
  return [...runIds].toSorted().toReversed();
}

/** Resolves to `undefined` when no store has a plan of that run. A plan that can't be read counts as none. */
export async function readRunState(
  stores: readonly Store[],
  runId: string,
  reading: ReadingOfRuns,
): Promise<RunState | undefined> {
  const parts = await Promise.all(stores.map((store) => readPart(store, runId, reading)));
  const found = parts.filter((part) => part !== undefined);
  const [first] = found;
  if (!first) return undefined;
  const { trigger, reason, startedAt } = first.plan;
  const vaults = found.flatMap(({ vaults: own }) => own).toSorted((a, b) => (a.vault < b.vault ? -1 : 1));
  return { runId, trigger, ...(reason && { reason }), startedAt, vaults };
}

async function readPart(
  store: Store,
  runId: string,
  reading: ReadingOfRuns,
): Promise<{ plan: Plan; vaults: readonly VaultProgress[] } | undefined> {
  const plan = await readStoredPlan(store, runId);
  if (!plan) return undefined;
  const manifests = await manifestsOfRun(store, plan, reading.listManifests);
  const readVault = async (planned: Plan["vaults"][number]): Promise<VaultProgress> => {
    const facts = manifests.get(planned.vault);
    const known = { ...planned, geography: store.geography };
    if (!facts) return { ...known, ...(await progressOf(store, plan, planned.vault, reading)) };
    return { ...known, state: facts.status, manifest: { ...facts, path: manifestPath(planned.vault, runId) } };
  };
  const vaults: VaultProgress[] = [];
  for (let start = 0; start < plan.vaults.length; start += mostAtATime)
    vaults.push(...(await Promise.all(plan.vaults.slice(start, start + mostAtATime).map(readVault))));
  return { plan, vaults };
}

async function readStoredPlan(store: Store, runId: string): Promise<Plan | undefined> {
  const bytes = await store.containers.daily.read(planPath(runId));
  try {
    return bytes && readPlan(bytes, planPath(runId));
  } catch (error) {
    if (error instanceof KeyBackupError && error.code === "manifest-damaged") return undefined;
    throw error;
  }
}

async function progressOf(
  store: Store,
  plan: Plan,
  vault: string,
  { now, stalledAfterInMs }: ReadingOfRuns,
): Promise<Pick<VaultProgress, "state" | "stored">> {
  let keys = 0;
  let newestInMs = 0;
  for await (const { path, createdAt } of store.containers.daily.list(runBlobsPrefix(vault, plan.runId))) {
    if (path.endsWith(".backup")) keys += 1;
    newestInMs = Math.max(newestInMs, createdAt.getTime());
  }
  const lastSignInMs = Math.max(newestInMs, Date.parse(plan.startedAt));
  const isStalled = now.getTime() - lastSignInMs > stalledAfterInMs;
  const state = isStalled ? "stalled" : keys > 0 ? "running" : "waiting";
  return { state, ...(keys > 0 && { stored: { keys, newestAt: new Date(newestInMs) } }) };
}
