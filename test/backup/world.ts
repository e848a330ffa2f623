import type { BackupContext, VaultProblem } from "../../src/backup/context.ts";
import type { Manifest } from "../../src/catalog/manifest.ts";
import { manifestPath } from "../../src/catalog/paths.ts";
import type { Vault } from "../../src/catalog/store.ts";
import type { KeepDays, Tier } from "../../src/catalog/tiers.ts";
import { geographyOf } from "../../src/geography/geography-rule.ts";
import { regionTable } from "../../src/geography/region-table.ts";
import { requestsPerSecond } from "../../src/pacing/rate.ts";
import type { KeyVault } from "../../src/ports/key-vault.ts";
import { createMemoryKeyVault, type MemoryKeyVault } from "../memory/memory-key-vault.ts";
import type { MemoryKey } from "../memory/memory-keys.ts";
import { createMemoryLogger, type MemoryLogger } from "../memory/memory-logger.ts";
import { createSimulatedClock, type SimulatedClock } from "../memory/simulated-clock.ts";
import { createPromiseCheck } from "./promises.ts";
import { applyLifecycle, createWorldStore, type OperationHook, type WorldStore } from "./world-stores.ts";

export const defaultKeepDays: KeepDays = { daily: 35, monthly: 400, yearly: 2555 };

export interface WorldVault {
  readonly name: string;
  readonly region?: string;
  /** What the vault says of itself; the configured region unless told. */
  readonly observedRegion?: string;
  readonly subscriptionId?: string;
  readonly keys?: readonly (string | MemoryKey)[];
  readonly pageSize?: number;
}

export interface WorldOptions {
  readonly start?: string;
  readonly vaults?: readonly WorldVault[];
  readonly keepDays?: Partial<KeepDays>;
  readonly refreshDays?: number;
  readonly observedRegion?: "warn" | "require";
  readonly functionTimeLimitInMs?: number;
  readonly vaultProblems?: readonly VaultProblem[];
}

/** Vaults, stores and time, as the rules of a backup see them. */
export interface World {
  readonly clock: SimulatedClock;
  readonly logger: MemoryLogger;
  readonly context: BackupContext;
  readonly stores: readonly WorldStore[];
  readonly store: WorldStore;
  /** The first vault, which most tests have only. */
  readonly vault: MemoryKeyVault;
  readonly host: string;
  /** Lower-case names of the keys that were listed to the code since a test cleared the set. */
  readonly listed: Set<string>;
  vaultNamed(name: string): MemoryKeyVault;
  /** Meets every operation on a store or a vault from now on. */
  setHook(hook: OperationHook | undefined): void;
  applyLifecycle(): void;
  checkPromises(): void;
  /** The manifest of a vault's run; the newest one unless told. */
  manifest(tier?: Tier, runId?: string, host?: string): Manifest | undefined;
  runIds(tier?: Tier, host?: string): readonly string[];
}

const sub1 = "5a1c7e08-9d3f-4b62-8c47-2e0b6f91d3a4";

export function createWorld(options: WorldOptions = {}): World {
  const { vaults = [{ name: "kv-one", keys: ["alpha", "beta", "gamma"] }], refreshDays = 0 } = options;
  const clock = createSimulatedClock(options.start ?? "2026-03-10T02:00:00Z");
  const logger = createMemoryLogger();
  const promises = createPromiseCheck();
  const keepDays = { ...defaultKeepDays, ...options.keepDays };
  const listed = new Set<string>();
  let hook: OperationHook | undefined;
  const stores = new Map<string, WorldStore>();
  const keyVaults = new Map<string, MemoryKeyVault>();

  const configured = vaults.map((spec) => {
    const region = spec.region ?? "westeurope";
    const geography = geographyOf(region, regionTable)?.geography ?? "";
    const store = stores.get(geography) ?? createWorldStore(clock, { region, geography }, async (op) => hook?.(op));
    stores.set(geography, store);
    const host = `${spec.name}.vault.azure.net`;
    const keys = (spec.keys ?? []).map((key): MemoryKey => (typeof key === "string" ? { name: key } : key));
    const observed = "observedRegion" in spec ? spec.observedRegion : region;
    const pageSize = spec.pageSize ?? 25;
    const keyVault = createMemoryKeyVault({ clock, pageSize, ...(observed && { region: observed }) });
    keyVault.add(...keys);
    keyVaults.set(host, keyVault);
    return { vault: describe(spec.name, host, region, spec.subscriptionId ?? sub1), store, warnings: [] };
  });

  const need = (host: string): MemoryKeyVault => {
    const found = keyVaults.get(host) ?? keyVaults.get(`${host}.vault.azure.net`);
    if (!found) throw new RangeError(`no vault ${host}`);
    return found;
  };
  const [store] = stores.values();
  const host = configured[0]?.vault.host;
  if (!store || !host) throw new RangeError("a world has at least one vault");
  const runIds = (tier: Tier = "daily", of = host): readonly string[] =>
    [...stores.values()].flatMap(({ memory }) =>
      [...memory[tier].blobs.keys()].flatMap((path) => {
        const prefix = `manifests/${of}/`;
        return path.startsWith(prefix) ? [path.slice(prefix.length, -".jsonl".length)] : [];
      }),
    );

  return {
    clock,
    logger,
    stores: [...stores.values()],
    store,
    host,
    vault: need(host),
    listed,
    vaultNamed: need,
    context: {
      clock,
      settings: {
        keepDays,
        refreshDays,
        observedRegion: options.observedRegion ?? "warn",
        regions: regionTable,
        toolVersion: "0.1.0",
        functionTimeLimitInMs: options.functionTimeLimitInMs ?? 600_000,
      },
      stores: [...stores.values()],
      vaults: configured,
      vaultProblems: options.vaultProblems ?? [],
      requestsPerSecond: (sharing) => requestsPerSecond({ limitShare: 0.25, vaultsOfSubscriptionAndRegion: sharing }),
      openVault: ({ host: dialled }) => hookedVault(need(dialled), listed, async (operation) => hook?.(operation)),
    },
    setHook: (next) => {
      hook = next;
    },
    applyLifecycle: () => [...stores.values()].forEach((each) => applyLifecycle(each, keepDays, refreshDays)),
    checkPromises: () => promises.check([...stores.values()]),
    runIds,
    manifest(tier = "daily", runId, of = host) {
      const path = manifestPath(of, runId ?? runIds(tier, of).toSorted().at(-1) ?? "");
      for (const { memory } of stores.values()) {
        const blob = memory[tier].blobs.get(path);
        if (blob) return promises.manifest(blob, path);
      }
      return undefined;
    },
  };
}

function describe(name: string, host: string, region: string, subscriptionId: string): Vault {
  const resourceId = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/${name}`;
  return { name, host, region, subscriptionId, resourceId };
}

function hookedVault(vault: MemoryKeyVault, listed: Set<string>, hook: OperationHook): KeyVault {
  const before =
    <T>(operation: string, call: (name: string) => Promise<T>) =>
    async (name: string): Promise<T> => {
      await hook(`${operation} ${name}`);
      return call(name);
    };
  return {
    async *listKeys() {
      await hook("listKeys");
      for await (const page of vault.listKeys()) {
        for (const { name } of page.keys) listed.add(name.toLowerCase());
        yield page;
      }
    },
    listVersions: before("listVersions", (name) => vault.listVersions(name)),
    getKey: before("getKey", (name) => vault.getKey(name)),
    backupKey: before("backupKey", (name) => vault.backupKey(name)),
    getRotationPolicy: before("getRotationPolicy", (name) => vault.getRotationPolicy(name)),
    requestCount: () => vault.requestCount(),
  };
}
