import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { PlannedKey, RestoredKey, RestorePlan, RestoreResult } from "../restore/context.ts";

/** A recovery point for machines: without the open containers of its store. */
export function pointData(point: RecoveryPoint): object {
  const { store, tier, vault, runId, createdAt, namedBy, entry, backupPath, sha256, source } = point;
  const place = { store: store.url, tier, vault, runId, createdAt, namedBy, backupPath };
  return { ...place, ...(sha256 && { sha256 }), ...(source && { source }), entry };
}

export const planData = (plan: RestorePlan): object => ({ ...plan, keys: plan.keys.map(keyData) });

export const resultData = (result: RestoreResult): object => ({ ...result, keys: result.keys.map(keyData) });

const keyData = (key: PlannedKey | RestoredKey): object => ({
  ...key,
  ...(key.point && { point: pointData(key.point) }),
});
