import * as z from "zod";
import { startChild } from "../local/functions-host/child-process.ts";
import type { KeySeed, LatencyConfig, ThrottleConfig } from "../local/key-vault-emulator/config.ts";
import type { RemoteVault } from "../local/key-vault-emulator/connect.ts";
import { spawnKeyVaultEmulator } from "../local/key-vault-emulator/spawn.ts";

export interface StageOptions {
  readonly keys: readonly KeySeed[];
  /** Of each answer of the vault. */
  readonly vaultLatency?: LatencyConfig;
  readonly storeLatencyInMs?: number;
  /** Absent: the vault has no limit. */
  readonly throttle?: ThrottleConfig;
}

/** One vault and one store, each in a process of its own, and the settings of an app that uses them. */
export interface Stage {
  readonly vault: RemoteVault;
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

const region = "westeurope";
export const token = "bench";

export async function openStage(options: StageOptions): Promise<Stage> {
  const { keys, vaultLatency, storeLatencyInMs = 0, throttle } = options;
  const emulator = await spawnKeyVaultEmulator({
    token,
    vaults: [{ name: "bench", region, keys: [...keys] }],
    ...(vaultLatency && { latency: vaultLatency }),
    ...(throttle && { throttle }),
  });
  const store = await startChild({
    script: new URL("put-list-process.ts", import.meta.url),
    args: [String(storeLatencyInMs)],
    ready: z.object({ url: z.url() }),
  });
  const vault = emulator.vault("bench");
  const { name, url, resourceId } = vault;
  return {
    vault,
    env: {
      KEY_BACKUP_LOCAL: "on",
      KEY_BACKUP_LOCAL_TOKEN: token,
      KEY_BACKUP_SCHEDULE: "0 0 2 * * *",
      KEY_BACKUP_VAULTS: JSON.stringify([{ name, url, resourceId, region }]),
      KEY_BACKUP_STORES: JSON.stringify([{ url: `${store.ready.url}?sig=none`, region, replication: "ZRS" }]),
    },
    async close() {
      await emulator.close();
      await store.stop();
    },
  };
}

/** Opens a stage for the length of one measurement. */
export async function onStage<T>(options: StageOptions, measure: (stage: Stage) => Promise<T>): Promise<T> {
  const stage = await openStage(options);
  try {
    return await measure(stage);
  } finally {
    await stage.close();
  }
}

/** Keys that were last changed a month ago: a run that looks for changes finds none. */
export function seedKeys(count: number, seed: Omit<KeySeed, "name" | "count" | "created"> = {}): readonly KeySeed[] {
  return [{ name: "key", count, created: new Date(Date.now() - 30 * 86_400_000).toISOString(), ...seed }];
}
