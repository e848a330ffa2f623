import { printable } from "../errors/key-backup-error.ts";
import type { KeyEntry } from "./entry.ts";
import { readManifestsOf, type GoodManifest, type ManifestReader } from "./good-manifests.ts";
import { judgeHistory, type KeyHistory, type OlderEntry } from "./key-history.ts";
import { findLooseBackups } from "./loose-backups.ts";
import type { Warning } from "./manifest.ts";
import type { RecoveryPoint } from "./recovery-point.ts";
import type { KeepDays, Tier } from "./tiers.ts";
import type { VaultFolder } from "./vault-folders.ts";

export interface PointSearch {
  readonly folders: readonly VaultFolder[];
  /** Only of this tier; of all of them unless told. */
  readonly tier?: Tier | undefined;
  /** Only what the store had by then. */
  readonly asOf?: Date | undefined;
  readonly keepDays: KeepDays;
  readonly now: Date;
}

export interface FoundPoint {
  readonly point: RecoveryPoint;
  readonly history: KeyHistory;
}

export interface FoundPoints {
  /** By lower-case name, in order of name. */
  readonly points: ReadonlyMap<string, FoundPoint>;
  /** Keys without a backup to restore, and why. */
  readonly absent: readonly { readonly name: string; readonly reason: string }[];
  readonly warnings: readonly Warning[];
}

/**
 * The newest recovery point of each key: of the named ones, or of all that the vault had as of the newest good manifest.
 * What no good manifest names is looked for among the backups themselves. Every older manifest is opened as well, for
 * the history of the keys that were found.
 */
export async function findRecoveryPoints(keys: readonly string[] | "all", search: PointSearch): Promise<FoundPoints> {
  const reader = await readManifestsOf(search.folders, search);
  const wanted = keys === "all" ? undefined : new Map(keys.map((name) => [name.toLowerCase(), name]));
  const found = await walkManifests(reader, wanted, search);
  const warnings: Warning[] = [];
  const sought = wanted && [...wanted.keys()].filter((name) => !found.points.has(name));
  if (sought === undefined ? !found.sawManifest : sought.length > 0) {
    const names = sought && new Set(sought);
    for await (const point of findLooseBackups(search.folders, { ...search, ...(names && { names }) })) {
      const name = point.entry.name.toLowerCase();
      if (found.points.has(name)) continue;
      found.points.set(name, point);
      const message = `key "${point.entry.name}": no manifest that can be read names it; its ${point.namedBy} was used`;
      warnings.push({ code: "no-manifest", message });
    }
  }
  for (const name of found.points.keys()) found.absent.delete(name);
  for (const [name, shown] of wanted ?? [])
    if (!found.points.has(name) && !found.absent.has(name))
      found.absent.set(name, { name: printable(shown, 130), reason: "no recovery point names it" });
  const sorted = [...found.points].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return {
    points: new Map(
      sorted.map(([name, point]) => {
        const older = (found.older.get(name) ?? []).toReversed();
        return [name, { point, history: judgeHistory(point.entry, point.createdAt, older) }];
      }),
    ),
    absent: [...found.absent.values()],
    warnings: [...reader.warnings(), ...warnings],
  };
}

/** Every recovery point of one key, newest first; from the backups themselves where no manifest names it. */
export async function listRecoveryPoints(
  key: string,
  search: PointSearch,
): Promise<{ readonly points: readonly RecoveryPoint[]; readonly warnings: readonly Warning[] }> {
  const reader = await readManifestsOf(search.folders, search);
  const name = key.toLowerCase();
  const points: RecoveryPoint[] = [];
  for (const placed of reader.placed) {
    if (!isCandidate(placed, search)) continue;
    const good = await reader.open(placed);
    const entry = good?.manifest.keys.find((each) => each.name.toLowerCase() === name);
    const point = good && entry && pointOf(good, entry);
    if (point) points.push(point);
  }
  if (points.length === 0)
    for await (const point of findLooseBackups(search.folders, { ...search, names: new Set([name]) }))
      points.push(point);
  return { points, warnings: reader.warnings() };
}

/** The newest manifest that can be read and has something to say of keys. */
export async function findNewestManifest(
  search: PointSearch,
): Promise<{ readonly newest: GoodManifest | undefined; readonly warnings: readonly Warning[] }> {
  const reader = await readManifestsOf(search.folders, search);
  for (const placed of reader.placed) {
    if (!isCandidate(placed, search)) continue;
    const good = await reader.open(placed);
    if (good && tellsOfKeys(good)) return { newest: good, warnings: reader.warnings() };
  }
  return { newest: undefined, warnings: reader.warnings() };
}

export function pointOf({ store, tier, listed, manifest }: GoodManifest, entry: KeyEntry): RecoveryPoint | undefined {
  if (!entry.backup) return undefined;
  const { host, resourceId, region, geography } = manifest.head.vault;
  return {
    store,
    tier,
    vault: listed.vault,
    runId: listed.runId,
    createdAt: listed.createdAt,
    namedBy: "manifest",
    entry,
    backupPath: entry.backup.path,
    sha256: entry.backup.sha256,
    source: { host, resourceId, region, geography },
  };
}

interface Walk {
  readonly points: Map<string, RecoveryPoint>;
  readonly absent: Map<string, { readonly name: string; readonly reason: string }>;
  /** Newest first. */
  readonly older: Map<string, OlderEntry[]>;
  sawManifest: boolean;
}

/** Newest to oldest, one manifest in memory at a time. */
async function walkManifests(
  reader: ManifestReader,
  wanted: ReadonlyMap<string, string> | undefined,
  search: PointSearch,
): Promise<Walk> {
  const walk: Walk = { points: new Map(), absent: new Map(), older: new Map(), sawManifest: false };
  for (const placed of reader.placed) {
    if (search.asOf !== undefined && placed.listed.createdAt > search.asOf) continue;
    const good = await reader.open(placed);
    if (!good) continue;
    const mayHold = isCandidate(placed, search) && (wanted !== undefined || (!walk.sawManifest && tellsOfKeys(good)));
    for (const entry of good.manifest.keys) {
      const name = entry.name.toLowerCase();
      const point = walk.points.get(name);
      if (point) recordOlder(walk, name, { runId: good.listed.runId, createdAt: good.listed.createdAt, entry }, point);
      else if (mayHold && (wanted?.has(name) ?? true)) take(walk, good, entry, wanted === undefined);
    }
    walk.sawManifest ||= mayHold;
  }
  return walk;
}

function take(walk: Walk, good: GoodManifest, entry: KeyEntry, isWholeVault: boolean): void {
  const name = entry.name.toLowerCase();
  const point = pointOf(good, entry);
  const deleted = isWholeVault && entry.outcome === "deleted";
  if (point && !deleted) walk.points.set(name, point);
  else if (!walk.absent.has(name)) {
    const reason = deleted
      ? "it was deleted by then; name it to restore it"
      : printable(entry.reason ?? "it has no backup");
    walk.absent.set(name, { name: entry.name, reason });
  }
}

/** Keeps what a history is judged by; of neighbours that say the same, the older. */
function recordOlder(walk: Walk, name: string, older: OlderEntry, point: RecoveryPoint): void {
  if (older.entry.backup === undefined || older.runId === point.runId) return;
  const known = walk.older.get(name) ?? [];
  const { versions, versionsCertain, thumbprint } = older.entry;
  const bare = { kind: "key", name: older.entry.name, outcome: "backed-up" } as const;
  const entry: KeyEntry = {
    ...bare,
    ...(versions && { versions }),
    ...(versionsCertain !== undefined && { versionsCertain }),
    ...(thumbprint && { thumbprint }),
  };
  const last = known.at(-1)?.entry;
  if (last?.thumbprint === thumbprint && last?.versions?.join() === versions?.join()) known.pop();
  known.push({ ...older, entry });
  walk.older.set(name, known);
}

const isCandidate = ({ tier, listed }: GoodManifest | ManifestReader["placed"][number], search: PointSearch): boolean =>
  (search.tier === undefined || search.tier === tier) && (search.asOf === undefined || listed.createdAt <= search.asOf);

/** A vault that failed without a baseline lists no keys: that is no recovery point of an empty vault. */
const tellsOfKeys = ({ manifest }: GoodManifest): boolean =>
  manifest.keys.length > 0 || manifest.head.status !== "failed";
