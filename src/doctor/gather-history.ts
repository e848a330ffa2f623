import { readTierHistory } from "../catalog/baseline.ts";
import type { Store, Vault } from "../catalog/store.ts";
import { readVaultHealth, type VaultHealth } from "../catalog/vault-health.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { HistoryFacts } from "./facts.ts";

interface Place {
  readonly vault: Vault;
  readonly store: Store;
}

/** When each vault was last backed up. A store that can't be read leaves its vaults out: its own findings say why. */
export async function gatherHealth(
  places: readonly Place[],
  now: Date,
  lateAfterInMs: number,
): Promise<ReadonlyMap<string, VaultHealth>> {
  const health = new Map<string, VaultHealth>();
  for (const store of new Set(places.map((place) => place.store))) {
    const vaults = places.filter((place) => place.store === store).map(({ vault }) => ({ host: vault.host, store }));
    const found = await orNothing(readVaultHealth({ vaults, now, lateAfterInMs }));
    for (const one of found ?? []) health.set(one.vault, one);
  }
  return health;
}

/** Resolves to `undefined` when the store can't be read. */
export async function gatherHistory({ vault, store }: Place, health: VaultHealth): Promise<HistoryFacts | undefined> {
  const history = await orNothing(readTierHistory(store, "daily", vault.host));
  if (!history) return undefined;
  const { newest, warnings } = history;
  if (!newest) return { vault, health, newest: undefined, warnings };
  const { head, keys, runId } = newest;
  const { status, vault: recorded } = head;
  return {
    vault,
    health,
    newest: { runId, status, tenantId: recorded.tenantId, keys: [...keys.values()] },
    warnings,
  };
}

async function orNothing<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof KeyBackupError && isOfStore(error)) return undefined;
    throw error;
  }
}

const isOfStore = ({ code }: KeyBackupError): boolean => code.startsWith("store-") || code === "credential-unavailable";
