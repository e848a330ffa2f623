import { startKeyVaultEmulator, type KeySeed, type KeyVaultEmulator } from "../../local/key-vault-emulator/emulator.ts";
import { createFixedToken } from "../../src/azure/credential.ts";
import { createKeyVault } from "../../src/azure/key-vault.ts";
import { createRestoreTarget } from "../../src/azure/restore-target.ts";
import { backUpVault } from "../../src/backup/back-up-vault.ts";
import type { BackupContext } from "../../src/backup/context.ts";
import { startRun } from "../../src/backup/start-run.ts";
import { newRunId } from "../../src/catalog/run-id.ts";
import type { Store } from "../../src/catalog/store.ts";
import type { Tier } from "../../src/catalog/tiers.ts";
import { geographyOf } from "../../src/geography/geography-rule.ts";
import { regionTable } from "../../src/geography/region-table.ts";
import { createPacer } from "../../src/pacing/pacer.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import type { RestoreTarget } from "../../src/ports/restore-target.ts";
import type { RestoreContext, RunRequest, TargetVault } from "../../src/restore/context.ts";
import { createMemoryLogger, type MemoryLogger } from "../memory/memory-logger.ts";
import { createMemoryStore, type MemoryStore } from "../memory/memory-store.ts";
import { createSimulatedClock, type SimulatedClock } from "../memory/simulated-clock.ts";

export const subscriptionA = "5a1c7e08-9d3f-4b62-8c47-2e0b6f91d3a4";
export const subscriptionB = "c0de2b11-7f45-4a90-b1d8-6e3f5a72c9b0";

export interface WorldStore extends Store {
  readonly memory: Readonly<Record<Tier | "restores", MemoryStore>>;
}

export interface RestoreWorld {
  readonly emulator: KeyVaultEmulator;
  readonly clock: SimulatedClock;
  readonly logger: MemoryLogger;
  /** Of Europe, where the first vault is. */
  readonly store: WorldStore;
  readonly stores: readonly WorldStore[];
  readonly context: RestoreContext;
  /** A whole run over the vaults; resolves to its id. An hour passes with it. */
  backUp(vaults?: readonly string[]): Promise<string>;
  nextNight(): Promise<void>;
  target(name: string): RestoreTarget;
  /** Restore of everything from `app` to itself; a test says what is different. */
  request(change?: Partial<RunRequest>): RunRequest;
  calls(vault: string): readonly string[];
  close(): Promise<void>;
}

export interface WorldOptions {
  readonly keys: readonly KeySeed[];
  readonly purgeProtection?: boolean;
  readonly replication?: string;
}

/** Vaults of the emulator, stores in memory, the real backup before the restore, and time that costs none. */
export async function startRestoreWorld(options: WorldOptions): Promise<RestoreWorld> {
  const { keys, purgeProtection = false, replication = "ZRS" } = options;
  const vaults = [
    { name: "app", region: "westeurope", subscriptionId: subscriptionA, sku: "premium", purgeProtection },
    { name: "twin", region: "northeurope", subscriptionId: subscriptionA, sku: "premium" },
    { name: "plain", region: "northeurope", subscriptionId: subscriptionA, sku: "standard" },
    { name: "american", region: "eastus", subscriptionId: subscriptionA, sku: "premium" },
    { name: "foreign", region: "westeurope", subscriptionId: subscriptionB, sku: "premium" },
  ] as const;
  const clock = createSimulatedClock("2026-03-10T02:00:00Z");
  const emulator = await startKeyVaultEmulator({
    now: () => clock.now(),
    paging: "ragged",
    vaults: vaults.map((vault) => ({ ...vault, keys: vault.name === "app" ? [...keys] : [] })),
  });
  const logger = createMemoryLogger();
  const stores = ["westeurope", "eastus"].map((region) => createWorldStore(clock, region, replication));
  const targets: readonly TargetVault[] = vaults.map(({ name, region, subscriptionId, sku }) => ({
    name,
    host: `${name}.vault.azure.net`,
    region,
    subscriptionId,
    sku,
    resourceId: `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/${name}`,
  }));
  const clientOptions = (name: string) => ({
    url: emulator.vault(name).url,
    host: `${name}.vault.azure.net`,
    credential: createFixedToken("local"),
    pacer: createPacer({ requestsPerSecond: 400, clock }),
    clock,
    local: true,
    callLimitInMs: 3_000,
    random: () => 0,
  });
  const opened = new Map<string, RestoreTarget>();
  const target = (name: string): RestoreTarget => {
    const known = opened.get(name) ?? createRestoreTarget(clientOptions(name));
    opened.set(name, known);
    return known;
  };
  const settings = {
    keepDays: { daily: 35, monthly: 400, yearly: 2555 },
    observedRegion: "warn",
    regions: regionTable,
    toolVersion: "0.1.0",
    refreshDays: 0,
    functionTimeLimitInMs: 600_000,
  } as const;
  const storeOf = (region: string): WorldStore => {
    const geography = geographyOf(region, regionTable)?.geography;
    const store = stores.find((each) => each.geography === geography);
    if (!store) throw new RangeError(`no store for ${region}`);
    return store;
  };
  const backupContext: BackupContext = {
    clock,
    settings,
    stores,
    vaults: targets.map((vault) => ({ vault, store: storeOf(vault.region), warnings: [] })),
    vaultProblems: [],
    requestsPerSecond: () => 400,
    openVault: ({ name }) => createKeyVault(clientOptions(name)),
  };
  const context: RestoreContext = {
    clock,
    settings,
    stores,
    openSecondary: () => undefined,
    targets,
    openTarget: ({ name }) => target(name),
  };

  return {
    emulator,
    clock,
    logger,
    stores,
    store: storeOf("westeurope"),
    context,
    target,
    async backUp(names = ["app"]) {
      await clock.advance(3_600_000);
      const now = clock.now();
      const request = { runId: newRunId(now), trigger: "command-line", startedAt: now, vaults: names } as const;
      const { runId, messages } = await startRun(request, backupContext, logger);
      for (const message of messages) await backUpVault(message, backupContext, logger);
      return runId;
    },
    nextNight: () => clock.advance(DAY_IN_MS),
    request: (change = {}) => ({
      vault: "app",
      keys: "all",
      target: "app",
      confirm: change.target ?? "app",
      requestedBy: "a test",
      ...change,
    }),
    calls: (vault) =>
      emulator
        .vault(vault)
        .requests()
        .map(({ op, key }) => (key === undefined ? op : `${op} ${key}`)),
    close: () => emulator.close(),
  };
}

function createWorldStore(clock: SimulatedClock, region: string, replication: string): WorldStore {
  const [daily, monthly, yearly, restores] = [1, 2, 3, 4].map(() => createMemoryStore(clock));
  if (!daily || !monthly || !yearly || !restores) throw new RangeError("a store has four containers");
  return {
    url: `https://${region}.blob.example`,
    region,
    replication,
    geography: geographyOf(region, regionTable)?.geography ?? "",
    containers: { daily, monthly, yearly },
    restores,
    memory: { daily, monthly, yearly, restores },
  };
}
