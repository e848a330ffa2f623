import { isFinished, type RunState, type VaultProgress, type VaultState } from "../catalog/run-state.ts";
import type { VaultHealth } from "../catalog/vault-health.ts";

/** What `GET /runs/{runId}` answers. */
export function answerRun(run: RunState): object {
  return { ...summarizeRun(run), vaults: run.vaults.map(answerVault) };
}

/** A run as `GET /runs` lists it. */
export function summarizeRun(run: RunState): object {
  const { runId, trigger, reason, startedAt, vaults } = run;
  const states: Partial<Record<VaultState, number>> = {};
  for (const { state } of vaults) states[state] = (states[state] ?? 0) + 1;
  return { runId, trigger, ...(reason && { reason }), startedAt, state: stateOf(run), vaultStates: states };
}

/** One word for a run: the worst that happened to one of its vaults, once all have ended. */
function stateOf(run: RunState): VaultState {
  const states = new Set(run.vaults.map(({ state }) => state));
  if (!isFinished(run)) return states.has("stalled") ? "stalled" : "running";
  if (states.size === 1) return run.vaults[0]?.state ?? "succeeded";
  return states.has("failed") || states.has("partial") ? "partial" : "succeeded";
}

function answerVault({ vault, name, geography, state, manifest, stored }: VaultProgress): object {
  return {
    vault,
    name,
    geography,
    state,
    ...(manifest && {
      finishedAt: manifest.finishedAt,
      keys: manifest.keys,
      failed: manifest.failed,
      bytes: manifest.bytes,
      ...(manifest.oldestBackupAt && { oldestBackupAt: manifest.oldestBackupAt }),
      ...(manifest.code && { code: manifest.code }),
      manifest: { path: manifest.path, sha256: manifest.sha256 },
    }),
    ...(stored && { stored: { keys: stored.keys, newestAt: stored.newestAt.toISOString() } }),
  };
}

export interface Health {
  readonly healthy: boolean;
  readonly vaults: readonly VaultHealth[];
  readonly refused: readonly { readonly vault: string; readonly code: string; readonly message: string }[];
}

/** What `GET /health` answers: 200, or 503 with the vaults that are not protected as the schedule promises. */
export function answerHealth({ healthy, vaults, refused }: Health): {
  readonly status: number;
  readonly jsonBody: object;
} {
  const state = healthy ? "healthy" : "unhealthy";
  const notGood = vaults.filter((vault) => vault.state !== "good");
  return { status: healthy ? 200 : 503, jsonBody: { state, vaults: vaults.length, notGood, refused } };
}
