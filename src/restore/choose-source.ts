import type { Store } from "../catalog/store.ts";
import { findVaultFolders, type VaultFolder } from "../catalog/vault-folders.ts";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import type { PointChoice, RestoreContext, TargetVault } from "./context.ts";

export interface Source {
  readonly vault: string;
  readonly folders: readonly VaultFolder[];
  /** Of the replica that is read: the earliest, where there are several. */
  readonly lastSyncAt?: Date;
}

/** The configured vault of that name or host. */
export function findTarget(name: string, targets: readonly TargetVault[]): TargetVault | undefined {
  const wanted = name.toLowerCase();
  return targets.find((vault) => [vault.name, vault.host].some((known) => known.toLowerCase() === wanted));
}

/** Where the stores keep what they have of a vault: a configured one, or one that only they still know. */
export async function chooseSource(
  { vault, secondary }: Pick<PointChoice, "vault" | "secondary">,
  context: RestoreContext,
): Promise<Source> {
  const host = findTarget(vault, context.targets)?.host ?? vault;
  const replicas = secondary === true ? openReplicas(context) : [];
  const stores = secondary === true ? replicas.map(({ store }) => store) : context.stores;
  const folders = await findVaultFolders(stores, host);
  const names = new Set(folders.map((folder) => folder.vault));
  const [name] = names;
  const shown = printable(vault, 100);
  if (name === undefined) throw new KeyBackupError("source-not-found", `find vault "${shown}": no store knows it`);
  if (names.size > 1) {
    const problems = [...names].map((each) => `vault: "${shown}" may be ${each}`);
    throw new KeyBackupError("bad-request", `find vault "${shown}": the stores know several`, { problems });
  }
  const lastSyncAt = await earliestSync(replicas.filter(({ store }) => folders.some((each) => each.store === store)));
  return { vault: name, folders, ...(lastSyncAt && { lastSyncAt }) };
}

type Replica = NonNullable<ReturnType<RestoreContext["openSecondary"]>>;

function openReplicas(context: RestoreContext): readonly Replica[] {
  const replicas = context.stores.map((store: Store) => context.openSecondary(store));
  const readable = replicas.filter((replica) => replica !== undefined);
  if (readable.length > 0) return readable;
  const problems = ["secondary: no store has a replica that can be read (RA-GRS, RA-GZRS)"];
  throw new KeyBackupError("bad-request", `open the replica of a store: ${problems[0]}`, { problems });
}

async function earliestSync(replicas: readonly Replica[]): Promise<Date | undefined> {
  const instants = await Promise.all(replicas.map((replica) => replica.readLastSyncAt()));
  return instants.filter((at) => at !== undefined).toSorted((a, b) => a.getTime() - b.getTime())[0];
}
