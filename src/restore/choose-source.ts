import type { Warning } from "../catalog/manifest.ts";
import type { Store } from "../catalog/store.ts";
import { findVaultFolders, type FoundFolders, type VaultFolder } from "../catalog/vault-folders.ts";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import { geographyOf } from "../geography/geography-rule.ts";
import type { PointChoice, RestoreContext, TargetVault } from "./context.ts";

export interface Source {
  readonly vault: string;
  readonly folders: readonly VaultFolder[];
  readonly warnings: readonly Warning[];
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
  const configured = findTarget(vault, context.targets);
  const replicas = secondary === true ? openReplicas(context) : [];
  const stores = secondary === true ? replicas.map(({ store }) => store) : context.stores;
  const { folders, problems: unread } = await findFolders(configured?.host ?? vault, configured, stores, context);
  const names = new Set(folders.map((folder) => folder.vault));
  const [name] = names;
  const shown = printable(vault, 100);
  if (name === undefined && unread[0]) throw unread[0];
  if (name === undefined) throw new KeyBackupError("source-not-found", `find vault "${shown}": no store knows it`);
  if (names.size > 1) {
    const problems = [...names].map((each) => `vault: "${shown}" may be ${each}`);
    throw new KeyBackupError("bad-request", `find vault "${shown}": the stores know several`, { problems });
  }
  const lastSyncAt = await earliestSync(replicas.filter(({ store }) => folders.some((each) => each.store === store)));
  const warnings = unread.map(({ code, message }) => ({ code, message: `a store was not searched: ${message}` }));
  return { vault: name, folders, warnings, ...(lastSyncAt && { lastSyncAt }) };
}

/** A configured vault is looked for in the stores of its geography first: another geography's may be down. */
async function findFolders(
  name: string,
  configured: TargetVault | undefined,
  stores: readonly Store[],
  { settings }: RestoreContext,
): Promise<FoundFolders> {
  const geography = configured && geographyOf(configured.region, settings.regions)?.geography;
  const near = stores.filter((store) => store.geography === geography);
  const found = await findVaultFolders(near, name);
  if (found.folders.length > 0 || found.problems.length > 0) return found;
  return findVaultFolders(
    stores.filter((store) => !near.includes(store)),
    name,
  );
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
