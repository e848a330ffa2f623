import type { Store } from "../catalog/store.ts";
import { plansPrefix } from "../catalog/paths.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { BackupStore } from "../ports/backup-store.ts";
import type { Clock } from "../ports/clock.ts";
import type { StoreProbe } from "../ports/store-probe.ts";
import type { ContainerFacts, Probe, StoreFacts } from "./facts.ts";

export interface StoreToProbe {
  readonly store: Store;
  /** The containers that are in use, `restores` among them. */
  readonly containers: readonly {
    readonly name: string;
    readonly container: BackupStore;
    readonly probe: StoreProbe;
  }[];
}

/** Reads what a store answers; nothing is left in it. */
export async function gatherStore({ store, containers }: StoreToProbe, clock: Clock): Promise<StoreFacts> {
  const { url, region, replication } = store;
  const facts: ContainerFacts[] = [];
  let clockAheadInMs: number | undefined;
  for (const { name, container, probe } of containers) {
    const askedAt = clock.now().getTime();
    const { refusal, serverAt } = await probe.probeCreate();
    const answeredAt = clock.now().getTime();
    // The store tells its time to the second, so that half a second is the best guess at the rest.
    if (serverAt) clockAheadInMs ??= (askedAt + answeredAt) / 2 - (serverAt.getTime() + 500);
    facts.push({ name, read: await probeRead(container), create: refusal ?? "permitted" });
  }
  return { url, region, replication, containers: facts, clockAheadInMs };
}

/** Lists, and reads the first blob if there is one. */
async function probeRead(container: BackupStore): Promise<Probe> {
  try {
    for await (const { path } of container.list(plansPrefix)) {
      await container.read(path);
      break;
    }
    return "permitted";
  } catch (error) {
    if (error instanceof KeyBackupError) return error;
    throw error;
  }
}
