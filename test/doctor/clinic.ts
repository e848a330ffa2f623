import { manifestPath } from "../../src/catalog/paths.ts";
import { writeManifestFacts } from "../../src/catalog/manifest-facts.ts";
import { writeManifest, type Manifest, type Status } from "../../src/catalog/manifest.ts";
import type { KeyEntry } from "../../src/catalog/entry.ts";
import type { Vault } from "../../src/catalog/store.ts";
import { examine, type Examination } from "../../src/doctor/examine.ts";
import type { Check, Finding } from "../../src/doctor/finding.ts";
import { regionTable } from "../../src/geography/region-table.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import type { CreateProbe } from "../../src/ports/store-probe.ts";
import { createMemoryKeyVault, type MemoryKeyVault } from "../memory/memory-key-vault.ts";
import { createMemoryStore, type MemoryStore } from "../memory/memory-store.ts";
import { createSimulatedClock, type SimulatedClock } from "../memory/simulated-clock.ts";

export const tenantId = "7d2c1a90-3b64-4e58-9f0a-5c1d8e2b7f46";
export const subscriptionId = "5ab51234-0000-4000-8000-00000000c0de";

/** One vault and its store, in good health until a test changes something. */
export interface Clinic {
  readonly clock: SimulatedClock;
  readonly keyVault: MemoryKeyVault;
  readonly containers: Readonly<Record<"daily" | "monthly" | "yearly" | "restores", MemoryStore>>;
  /** What the probe of a container answers; creatable, with the right time, unless told. */
  readonly probes: Map<string, CreateProbe>;
  readonly stores: Examination["stores"];
  placesOf(vaults: readonly Vault[]): Examination["vaults"];
  /** Stores the manifest of a run that began so many days ago. */
  storeManifest(change?: ManifestChange): Promise<void>;
  examine(change?: Partial<Examination>): Promise<readonly Finding[]>;
}

export interface ManifestChange {
  readonly daysAgo?: number;
  readonly status?: Status;
  readonly tenantId?: string;
  readonly keys?: readonly KeyEntry[];
}

export const aVault = (change: Partial<Vault> = {}): Vault => ({
  name: "contoso",
  host: "contoso.vault.azure.net",
  resourceId: `/subscriptions/${subscriptionId}/resourceGroups/keys/providers/Microsoft.KeyVault/vaults/contoso`,
  subscriptionId,
  region: "westeurope",
  ...change,
});

export function openClinic(): Clinic {
  const clock = createSimulatedClock("2026-11-24T08:00:00Z");
  const keyVault = createMemoryKeyVault({ clock, region: "westeurope", tenantId });
  keyVault.add({ name: "signing" });
  const containers = {
    daily: createMemoryStore(clock),
    monthly: createMemoryStore(clock),
    yearly: createMemoryStore(clock),
    restores: createMemoryStore(clock),
  };
  const probes = new Map<string, CreateProbe>();
  const { restores, ...ofTiers } = containers;
  const place = { url: "https://europe.blob.core.windows.net", region: "northeurope", geography: "Europe" };
  const store = { ...place, replication: "GZRS", containers: ofTiers, restores };
  const probed = Object.entries(containers).map(([name, container]) => ({
    name,
    container,
    probe: { probeCreate: async () => probes.get(name) ?? { serverAt: secondsOf(clock.now()) } },
  }));
  const stores = [{ store, containers: probed }];
  const placesOf = (vaults: readonly Vault[]) => vaults.map((vault) => ({ vault, store, warnings: [] }));
  return {
    clock,
    keyVault,
    containers,
    probes,
    stores,
    placesOf,
    async storeManifest(change = {}) {
      const manifest = aManifest(clock.now(), change);
      const bytes = writeManifest(manifest);
      const path = manifestPath(aVault().host, manifest.head.run.id);
      await containers.daily.create(path, bytes, writeManifestFacts(manifest, bytes));
    },
    examine: (change = {}) =>
      examine({
        clock,
        regions: regionTable,
        observedRegion: "warn",
        lateAfterInMs: 2 * DAY_IN_MS,
        stores,
        vaults: placesOf([aVault()]),
        spares: [],
        vaultProblems: [],
        openVault: () => keyVault,
        onProgress: () => undefined,
        ...change,
      }),
  };
}

export function findingOf(findings: readonly Finding[], check: Check, subject = "contoso"): Finding {
  const found = findings.find((finding) => finding.check === check && finding.subject === subject);
  if (found === undefined) throw new Error(`no finding of ${check} for ${subject}`);
  return found;
}

export const aKey = (name: string, change: Partial<KeyEntry> = {}): KeyEntry => ({
  kind: "key",
  name,
  outcome: "backed-up",
  versions: ["0".repeat(32)],
  ...change,
});

export const versionIds = (count: number): string[] =>
  Array.from({ length: count }, (_, nth) => nth.toString(16).padStart(32, "0"));

function aManifest(now: Date, change: ManifestChange): Manifest {
  const { daysAgo = 0, status = "succeeded", keys = [aKey("signing")] } = change;
  const startedAt = new Date(now.getTime() - daysAgo * DAY_IN_MS - 3_600_000).toISOString();
  const runId = `${startedAt.slice(0, 19).replaceAll(/[-:]/g, "").toLowerCase()}z-1f3a9c`;
  const { name, host, resourceId, region } = aVault();
  const failed = keys.filter(({ outcome }) => outcome === "failed").length;
  const counts = { keys: keys.length, backedUp: keys.length - failed, unchanged: 0, skipped: 0, failed, deleted: 0 };
  return {
    head: {
      kind: "head",
      format: "key-vault-backup/manifest",
      version: 1,
      run: { id: runId, trigger: "schedule", startedAt, finishedAt: startedAt, toolVersion: "0.1.0" },
      tier: "daily",
      vault: {
        name,
        host,
        resourceId,
        region,
        geography: "Europe",
        tenantId: change.tenantId ?? tenantId,
        operatorMadeRegions: [],
      },
      store: { url: "https://europe.blob.core.windows.net", region, geography: "Europe", replication: "GZRS" },
      status,
      warnings: [],
      previous: [],
    },
    keys,
    totals: { kind: "totals", status, counts, keysGone: 0, bytes: 0, requests: 0 },
  };
}

const secondsOf = (instant: Date): Date => new Date(Math.floor(instant.getTime() / 1000) * 1000);
