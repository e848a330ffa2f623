import {
  findNewestManifest,
  findRecoveryPoints,
  listRecoveryPoints,
  type PointSearch,
} from "../catalog/find-recovery-points.ts";
import type { KeyEntry } from "../catalog/entry.ts";
import { listAllManifests, type ListedManifest } from "../catalog/manifest-list.ts";
import type { Status, Warning } from "../catalog/manifest.ts";
import { readBackupOf, type RecoveryPoint } from "../catalog/recovery-point.ts";
import type { Store } from "../catalog/store.ts";
import { tiers } from "../catalog/tiers.ts";
import { emptyIfAbsent } from "../catalog/vault-folders.ts";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import { chooseSource, type Source } from "./choose-source.ts";
import type { PointChoice, RestoreContext } from "./context.ts";

/** A vault that a store knows, as its manifests of all tiers tell it. */
export interface KnownVault {
  /** Its folder: the lower-case host. */
  readonly vault: string;
  /** `undefined` for a vault that is no longer configured. */
  readonly name: string | undefined;
  readonly store: Store;
  /** A run counts once, in however many tiers it is kept. */
  readonly recoveryPoints: number;
  readonly oldestAt: Date;
  readonly newest: {
    readonly runId: string;
    readonly createdAt: Date;
    readonly status?: Status;
    readonly keys?: number;
    readonly failed?: number;
  };
}

/** Every vault that a store has manifests of, whether or not it still exists. */
export async function listKnownVaults(context: RestoreContext): Promise<readonly KnownVault[]> {
  const known: KnownVault[] = [];
  for (const store of context.stores) {
    const byVault = new Map<string, ListedManifest[]>();
    for (const tier of tiers) {
      for (const listed of await listAllManifests(emptyIfAbsent(store.containers[tier]))) {
        const manifests = byVault.get(listed.vault) ?? [];
        manifests.push(listed);
        byVault.set(listed.vault, manifests);
      }
    }
    for (const [vault, manifests] of byVault) known.push(...describeVault(vault, manifests, store, context));
  }
  return known.toSorted((a, b) => (a.vault < b.vault ? -1 : 1));
}

function describeVault(
  vault: string,
  manifests: readonly ListedManifest[],
  store: Store,
  { targets }: RestoreContext,
): readonly KnownVault[] {
  const sorted = manifests.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime());
  const [newest] = sorted;
  const oldest = sorted.at(-1);
  if (!newest || !oldest) return [];
  const { runId, createdAt, facts } = newest;
  return [
    {
      vault,
      name: targets.find(({ host }) => host.toLowerCase() === vault)?.name,
      store,
      recoveryPoints: new Set(manifests.map((listed) => listed.runId)).size,
      oldestAt: oldest.createdAt,
      newest: {
        runId,
        createdAt,
        ...(facts && { status: facts.status, keys: facts.keys, failed: facts.failed }),
      },
    },
  ];
}

interface FoundSource {
  readonly vault: string;
  readonly warnings: readonly Warning[];
  /** Of the replica that was read. */
  readonly lastSyncAt?: Date;
}

export interface KnownKeys extends FoundSource {
  /** Absent where no manifest can be read: the keys then come from the backups themselves. */
  readonly runId?: string;
  readonly createdAt?: Date;
  readonly keys: readonly KeyEntry[];
}

/** The keys of a vault, deleted ones among them, as the newest good manifest names them. */
export async function listKnownKeys(choice: PointChoice, context: RestoreContext): Promise<KnownKeys> {
  const source = await chooseSource(choice, context);
  const search = searchOf(choice, source, context);
  const { newest, warnings } = await findNewestManifest(search);
  const found = { ...syncOf(source), vault: source.vault };
  if (newest) {
    const { runId, createdAt } = newest.listed;
    return { ...found, runId, createdAt, keys: newest.manifest.keys, warnings: [...source.warnings, ...warnings] };
  }
  const loose = await findRecoveryPoints("all", search);
  return { ...found, keys: [...loose.points.values()].map(({ point }) => point.entry), warnings: loose.warnings };
}

export interface KnownPoints extends FoundSource {
  /** Newest first. */
  readonly points: readonly RecoveryPoint[];
}

/** Every recovery point of one key. */
export async function listKnownPoints(
  choice: PointChoice & { readonly key: string },
  context: RestoreContext,
): Promise<KnownPoints> {
  const source = await chooseSource(choice, context);
  const found = await listRecoveryPoints(choice.key, searchOf(choice, source, context));
  return { vault: source.vault, ...syncOf(source), ...found, warnings: [...source.warnings, ...found.warnings] };
}

export interface ExportedBackup {
  readonly point: RecoveryPoint;
  /** Exactly what Backup Key returned: `az keyvault key restore --file` takes it. */
  readonly bytes: Uint8Array;
  readonly warnings: readonly Warning[];
}

/** @throws KeyBackupError `recovery-point-not-found`, `backup-missing`, `backup-damaged`. */
export async function exportBackup(
  choice: PointChoice & { readonly key: string },
  context: RestoreContext,
): Promise<ExportedBackup> {
  const source = await chooseSource(choice, context);
  const { points, absent, warnings } = await findRecoveryPoints([choice.key], searchOf(choice, source, context));
  const found = points.get(choice.key.toLowerCase());
  if (found) return { point: found.point, bytes: await readBackupOf(found.point), warnings };
  const shown = `${printable(choice.key, 130)}" of ${source.vault}`;
  const reason = absent[0]?.reason ?? "no recovery point names it";
  throw new KeyBackupError("recovery-point-not-found", `export the backup of key "${shown}: ${reason}`);
}

function searchOf({ tier, asOf }: PointChoice, { folders }: Source, { clock, settings }: RestoreContext): PointSearch {
  return { folders, tier, asOf, keepDays: settings.keepDays, now: clock.now() };
}

const syncOf = ({ lastSyncAt }: Source): { readonly lastSyncAt?: Date } => (lastSyncAt ? { lastSyncAt } : {});
