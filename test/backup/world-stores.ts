import { blobDays, tiers, type KeepDays, type Tier } from "../../src/catalog/tiers.ts";
import type { Store } from "../../src/catalog/store.ts";
import { DAY_IN_MS, type Clock } from "../../src/ports/clock.ts";
import type { BackupStore } from "../../src/ports/backup-store.ts";
import { createMemoryStore, type MemoryStore } from "../memory/memory-store.ts";

/** Called before each operation on a store or a vault; may throw, wait, or change the world. */
export type OperationHook = (operation: string) => void | Promise<void>;

export interface WorldStore extends Store {
  /** The containers as they are, behind the hook. */
  readonly memory: Readonly<Record<Tier, MemoryStore>>;
}

export function createWorldStore(
  clock: Clock,
  { region, geography }: { readonly region: string; readonly geography: string },
  hook: OperationHook,
): WorldStore {
  const memory = {
    yearly: createMemoryStore(clock),
    monthly: createMemoryStore(clock),
    daily: createMemoryStore(clock),
  };
  return {
    url: `https://${region}.blob.example`,
    region,
    replication: "ZRS",
    geography,
    memory,
    containers: {
      yearly: hooked(memory.yearly, "yearly", hook),
      monthly: hooked(memory.monthly, "monthly", hook),
      daily: hooked(memory.daily, "daily", hook),
    },
    restores: createMemoryStore(clock),
  };
}

function hooked(store: BackupStore, tier: Tier, hook: OperationHook): BackupStore {
  return {
    async create(path, bytes, facts) {
      await hook(`create ${tier}/${path}`);
      return store.create(path, bytes, facts);
    },
    async read(path) {
      await hook(`read ${tier}/${path}`);
      return store.read(path);
    },
    async stat(path) {
      await hook(`stat ${tier}/${path}`);
      return store.stat(path);
    },
    async *list(prefix) {
      await hook(`list ${tier}/${prefix}`);
      yield* store.list(prefix);
    },
  };
}

/** The lifecycle rules of the containers, as the deployment sets them: days since a blob was created. */
export function applyLifecycle({ memory }: WorldStore, keepDays: KeepDays, refreshDays: number): void {
  for (const tier of tiers) {
    memory[tier].expire((path, createdAt, now) => {
      const ageInDays = (now.getTime() - createdAt.getTime()) / DAY_IN_MS;
      return ageInDays > (path.startsWith("blobs/") ? blobDays(tier, keepDays, refreshDays) : keepDays[tier]);
    });
  }
}
