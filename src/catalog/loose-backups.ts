import type { StoredBlob } from "../ports/backup-store.ts";
import { readBackupFacts } from "./backup-facts.ts";
import { readEntryFile, type KeyEntry } from "./entry.ts";
import { entryPath, parseKeyBlobPath, vaultBlobsPrefix } from "./paths.ts";
import type { RecoveryPoint, SourceVault } from "./recovery-point.ts";
import type { Store } from "./store.ts";
import { tiers, type Tier } from "./tiers.ts";
import { emptyIfAbsent, type VaultFolder } from "./vault-folders.ts";

export interface LooseSearch {
  readonly tier?: Tier | undefined;
  readonly asOf?: Date | undefined;
  /** Lower-case names; every key when absent. */
  readonly names?: ReadonlySet<string>;
}

interface LooseBlob {
  readonly store: Store;
  readonly tier: Tier;
  readonly runId: string;
  readonly key: string;
  readonly blob: StoredBlob;
}

/** Backups without a manifest, newest first: each is described by the entry file beside it, or else by its metadata. */
export async function* findLooseBackups(
  folders: readonly VaultFolder[],
  search: LooseSearch,
): AsyncGenerator<RecoveryPoint> {
  const found: LooseBlob[] = [];
  for (const { store, vault } of folders)
    for (const tier of tiers) {
      if (search.tier !== undefined && search.tier !== tier) continue;
      for await (const blob of emptyIfAbsent(store.containers[tier]).list(vaultBlobsPrefix(vault))) {
        const address = parseKeyBlobPath(blob.path);
        const isWanted = address?.kind === "backup" && (search.names?.has(address.key) ?? true);
        if (!isWanted || (search.asOf !== undefined && blob.createdAt > search.asOf)) continue;
        found.push({ store, tier, runId: address.runId, key: address.key, blob });
      }
    }
  found.sort((a, b) => b.blob.createdAt.getTime() - a.blob.createdAt.getTime() || (a.runId < b.runId ? 1 : -1));
  for (const loose of found) yield describe(loose);
}

async function describe({ store, tier, runId, key, blob }: LooseBlob): Promise<RecoveryPoint> {
  const vault = blob.path.split("/")[1] ?? "";
  const place = { store, tier, vault, runId, createdAt: blob.createdAt, backupPath: blob.path };
  const bytes = await store.containers[tier].read(entryPath(vault, runId, key));
  const file = bytes && readEntryFile(bytes);
  if (file?.entry.backup?.path === blob.path && file.entry.name.toLowerCase() === key) {
    const { host, resourceId, region, geography } = file.vault;
    const { entry } = file;
    return {
      ...place,
      namedBy: "entry",
      entry,
      sha256: file.entry.backup.sha256,
      source: { host, resourceId, region, geography },
    };
  }
  return { ...place, namedBy: "metadata", ...fromMetadata(blob, vault, key) };
}

function fromMetadata(
  blob: StoredBlob,
  vault: string,
  key: string,
): { readonly entry: KeyEntry; readonly sha256?: string; readonly source?: SourceVault } {
  const facts = readBackupFacts(blob.facts);
  const bare = { kind: "key", outcome: "backed-up", versionsCertain: false } as const;
  if (facts?.keyName.toLowerCase() !== key) return { entry: { ...bare, name: key } };
  const { keyName, sha256, vaultResourceId, region, geography, updatedAt, newestVersion, thumbprint } = facts;
  return {
    entry: {
      ...bare,
      name: keyName,
      ...(updatedAt && { updatedAt }),
      ...(newestVersion && { versions: [newestVersion] }),
      ...(thumbprint && { thumbprint }),
    },
    sha256,
    source: { host: vault, resourceId: vaultResourceId, region, geography },
  };
}
