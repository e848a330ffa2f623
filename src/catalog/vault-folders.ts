import type { BackupStore } from "../ports/backup-store.ts";
import type { Store } from "./store.ts";
import { tiers } from "./tiers.ts";

/** Where a store keeps what it has of a vault: a folder named after its host. The vault may be gone. */
export interface VaultFolder {
  readonly store: Store;
  readonly vault: string;
}

/**
 * The folders of a vault, given its host or the first label of it, in every store: one with manifests, or else one that
 * only holds backups.
 */
export async function findVaultFolders(stores: readonly Store[], vault: string): Promise<readonly VaultFolder[]> {
  const name = vault.toLowerCase();
  if (!/^[0-9a-z.-]{1,253}$/.test(name)) return [];
  const withManifests = await search(stores, "manifests", name);
  return withManifests.length > 0 ? withManifests : search(stores, "blobs", name);
}

async function search(stores: readonly Store[], top: string, name: string): Promise<readonly VaultFolder[]> {
  const found: VaultFolder[] = [];
  for (const store of stores) {
    const folders = new Set<string>();
    for (const tier of tiers)
      for (const folder of await foldersIn(store.containers[tier], top, name)) folders.add(folder);
    found.push(...[...folders].map((folder) => ({ store, vault: folder })));
  }
  return found;
}

async function foldersIn(container: BackupStore, top: string, name: string): Promise<ReadonlySet<string>> {
  const folders = new Set<string>();
  for await (const { path } of container.list(`${top}/${name}/`)) return folders.add(path.split("/")[1] ?? name);
  for await (const { path } of container.list(`${top}/${name}.`)) folders.add(path.split("/")[1] ?? name);
  return folders;
}
