import { readManifest, type Warning } from "../catalog/manifest.ts";
import type { RunState } from "../catalog/run-state.ts";
import type { Store } from "../catalog/store.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";

/** Why a vault of a run did not end well, from its manifest. */
export interface VaultReport {
  readonly vault: string;
  readonly code?: string;
  readonly reason?: string;
  readonly warnings: readonly Warning[];
  /** Keys that failed. */
  readonly keys: readonly { readonly name: string; readonly code?: string; readonly reason?: string }[];
}

/** One report for each vault whose manifest has something to tell. */
export async function readRunManifests(run: RunState, stores: readonly Store[]): Promise<readonly VaultReport[]> {
  const reports = await Promise.all(
    run.vaults.map(async ({ name, geography, manifest }) => {
      const store = stores.find((one) => one.geography === geography);
      const bytes = manifest && (await store?.containers.daily.read(manifest.path));
      return manifest && bytes ? reportOf(name, bytes, manifest.path) : undefined;
    }),
  );
  return reports.filter((report) => report !== undefined);
}

function reportOf(vault: string, bytes: Uint8Array, path: string): VaultReport | undefined {
  try {
    const { head, keys } = readManifest(bytes, path);
    const { code, reason, warnings } = head;
    const failed = keys.filter(({ outcome }) => outcome === "failed");
    if (failed.length === 0 && warnings.length === 0 && code === undefined) return undefined;
    return {
      vault,
      ...(code && { code }),
      ...(reason && { reason }),
      warnings,
      keys: failed.map(({ name, code: why, reason: words }) => ({
        name,
        ...(why && { code: why }),
        ...(words && { reason: words }),
      })),
    };
  } catch (error) {
    if (!(error instanceof KeyBackupError)) throw error;
    return { vault, code: error.code, reason: error.message, warnings: [], keys: [] };
  }
}
