import type { KeyEntry } from "../../src/catalog/entry.ts";
import type { Manifest } from "../../src/catalog/manifest.ts";

export const runA = "20260310t020000z-aaaaaa";
export const runB = "20260311t020000z-bbbbbb";
export const host = "kv-one.vault.azure.net";
export const sha = "0123456789abcdef".repeat(4);

export const backupOf = (name: string, runId: string = runA, takenAt = "2026-03-10T02:00:05.000Z") => ({
  path: `blobs/${host}/${runId}/keys/${name}.backup`,
  sha256: sha,
  bytes: 10,
  takenAt,
  header: { kind: "vault" as const },
});

export const anEntry = (change: Partial<KeyEntry> = {}): KeyEntry => ({
  kind: "key",
  name: "alpha",
  outcome: "backed-up",
  enabled: true,
  createdAt: "2025-01-01T00:00:00Z",
  updatedAt: "2025-01-01T00:00:00Z",
  versions: ["0f0e0d0c0b0a09080706050403020100"],
  versionsCertain: true,
  backup: backupOf("alpha"),
  ...change,
});

export function aManifest(keys: readonly KeyEntry[] = [anEntry()]): Manifest {
  return {
    head: {
      kind: "head",
      format: "key-vault-backup/manifest",
      version: 1,
      run: {
        id: runA,
        trigger: "schedule",
        startedAt: "2026-03-10T02:00:00.000Z",
        finishedAt: "2026-03-10T02:00:10.000Z",
        toolVersion: "0.1.0",
      },
      tier: "daily",
      vault: {
        name: "kv-one",
        host,
        resourceId: "/subscriptions/s/resourceGroups/r/providers/Microsoft.KeyVault/vaults/kv-one",
        region: "westeurope",
        geography: "Europe",
        operatorMadeRegions: [],
      },
      store: { url: "https://st.blob.core.windows.net", region: "westeurope", geography: "Europe", replication: "ZRS" },
      status: "succeeded",
      warnings: [],
      previous: [],
    },
    keys,
    totals: {
      kind: "totals",
      status: "succeeded",
      counts: { keys: keys.length, backedUp: keys.length, unchanged: 0, skipped: 0, failed: 0, deleted: 0 },
      keysGone: 0,
      bytes: 10,
      requests: 5,
    },
  };
}
