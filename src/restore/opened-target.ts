import type { KeyEntry } from "../catalog/entry.ts";
import type { Warning } from "../catalog/manifest.ts";
import { thumbprintOf } from "../catalog/thumbprint.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { LiveKey, VaultObservation } from "../ports/key-vault.ts";
import type { DeletedKey, RestoreTarget } from "../ports/restore-target.ts";
import type { RestoreContext, TargetVault } from "./context.ts";
import { proveKey } from "./proof.ts";
import type { NameState } from "./restore-facts.ts";

/** The target of one plan or run: called when something is to be known of it, and not before. */
export interface OpenedTarget {
  readonly port: () => RestoreTarget;
  /** What the vault says of itself; asked once. It signs in as well, before any call with a body. */
  readonly observe: () => Promise<VaultObservation>;
  /** Reads what holds the name of the recorded key. */
  readonly lookUp: (recorded: KeyEntry) => Promise<NameState>;
  readonly warnings: () => readonly Warning[];
}

export function openTargetOnce(vault: TargetVault, context: RestoreContext): OpenedTarget {
  let opened: RestoreTarget | undefined;
  let observation: Promise<VaultObservation> | undefined;
  const warnings = new Map<string, Warning>();
  const warn = (code: string, message: string): void => void warnings.set(code, { code, message });
  const port = (): RestoreTarget => (opened ??= context.openTarget(vault));

  async function observeFirst(): Promise<VaultObservation> {
    const observed = await port().observe();
    if (observed.region === undefined)
      warn("region-unverified", `vault "${vault.name}" does not say in which region it is`);
    return observed;
  }

  /** Whoever may restore need not see deleted keys: Key Vault still refuses a name that one of them holds. */
  async function findDeleted(name: string): Promise<DeletedKey | undefined> {
    try {
      return await port().findDeletedKey(name);
    } catch (error) {
      if (!(error instanceof KeyBackupError) || !error.code.startsWith("vault-forbidden")) throw error;
      warn("deleted-keys-unseen", `deleted keys of vault "${vault.name}" can't be seen: ${error.message}`);
      return undefined;
    }
  }

  return {
    port,
    observe: () => (observation ??= observeFirst()),
    async lookUp(recorded) {
      const versions = await port().listVersions(recorded.name);
      if (versions.length === 0) {
        const deleted = await findDeleted(recorded.name);
        return deleted ? { is: "soft-deleted", deleted } : { is: "free" };
      }
      const ids = versions.map(({ id }) => id);
      const shown = await showVersions(port(), recorded, ids);
      const name = shown.at(0)?.name ?? recorded.name;
      const thumbprints = shown.flatMap(({ publicKey }) => thumbprintOf(publicKey) ?? []);
      return { is: "taken", proof: proveKey(recorded, { name, versions: ids, thumbprints }) };
    },
    warnings: () => [...warnings.values()],
  };
}

const mostVersionsShown = 5;

/**
 * The recorded newest version, if it is live. Two versions of one second have no order: where the record is not certain,
 * its thumbprint may be that of a neighbour.
 */
async function showVersions(
  port: RestoreTarget,
  recorded: KeyEntry,
  live: readonly string[],
): Promise<readonly LiveKey[]> {
  const newest = recorded.versions?.[0];
  const others = recorded.versionsCertain === false ? live.slice(0, mostVersionsShown) : [];
  const wanted = new Set([newest, ...others].filter((id) => id !== undefined && live.includes(id)));
  const shown: LiveKey[] = [];
  for (const id of wanted) {
    const version = id === undefined ? undefined : await readVersion(port, recorded.name, id);
    if (version) shown.push(version);
  }
  return shown;
}

/** Of a disabled key the public part may be kept back. */
async function readVersion(port: RestoreTarget, name: string, version: string): Promise<LiveKey | undefined> {
  try {
    return await port.getKeyVersion(name, version);
  } catch (error) {
    if (error instanceof KeyBackupError && error.code === "key-disabled") return undefined;
    throw error;
  }
}
