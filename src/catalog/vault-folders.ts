import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { BackupStore } from "../ports/backup-store.ts";
import type { Store } from "./store.ts";
import { tiers } from "./tiers.ts";

/** Where a store keeps what it has of a vault: a folder named after its host. The vault may be gone. */
export interface VaultFolder {
  readonly store: Store;
  readonly vault: string;
}

export interface FoundFolders {
  readonly folders: readonly VaultFolder[];
  /** Why stores could not be searched. */
  readonly problems: readonly KeyBackupError[];
}

/**
 * The folders of a vault, given its host or the first label of it, in every store: one with manifests, or else one that
 * only holds backups. A store that can't be read hides no other.
 */
export async function findVaultFolders(stores: readonly Store[], vault: string): Promise<FoundFolders> {
  const name = vault.toLowerCase();
  if (!/^[0-9a-z.-]{1,253}$/.test(name)) return { folders: [], problems: [] };
  const withManifests = await search(stores, "manifests", name);
  if (withManifests.folders.length > 0 || withManifests.problems.length > 0) return withManifests;
  return search(stores, "blobs", name);
}

async function search(stores: readonly Store[], top: string, name: string): Promise<FoundFolders> {
  const found: VaultFolder[] = [];
  const problems: KeyBackupError[] = [];
  for (const store of stores)
    try {
      const folders = new Set<string>();
      for (const tier of tiers)
        for (const folder of await foldersIn(store.containers[tier], top, name)) folders.add(folder);
      found.push(...[...folders].map((folder) => ({ store, vault: folder })));
    } catch (error) {
      if (!(error instanceof KeyBackupError)) throw error;
      problems.push(error);
    }
  return { folders: found, problems };
}

async function foldersIn(container: BackupStore, top: string, name: string): Promise<ReadonlySet<string>> {
  const folders = new Set<string>();
  const readable = emptyIfAbsent(container);
  for await (const { path } of readable.list(`${top}/${name}/`)) return folders.add(path.split("/")[1] ?? name);
  for await (const { path } of readable.list(`${top}/${name}.`)) folders.add(path.split("/")[1] ?? name);
  return folders;
}

/** The container as one that is empty where it does not exist: a tier that was never on need not have one. */
export function emptyIfAbsent(container: BackupStore): Pick<BackupStore, "list"> {
  return {
    async *list(prefix) {
      try {
        yield* container.list(prefix);
      } catch (error) {
        if (!(error instanceof KeyBackupError) || error.code !== "store-container-missing") throw error;
      }
    },
  };
}
