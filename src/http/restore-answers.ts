import type { RestorePlan, RestoreResult, TargetVault } from "../restore/context.ts";
import { describeKey, describePoint } from "../restore/restore-records.ts";

/** What `POST /restores/plan` answers. */
export function answerPlan({ source, target, status, keys, warnings, lastSyncAt }: RestorePlan): object {
  return {
    source,
    target: answerTarget(target),
    status,
    keys: keys.map(({ point, thumbprintKnownSince, refusals, attempted, ...key }) => ({
      ...key,
      ...(point && { point: describePoint(point) }),
      ...(thumbprintKnownSince && { thumbprintKnownSince: thumbprintKnownSince.toISOString() }),
      ...(refusals.length > 0 && { refusals }),
      ...(attempted.length > 0 && { attempted: attempted.map(({ code }) => code) }),
    })),
    warnings,
    ...(lastSyncAt && { lastSyncAt: lastSyncAt.toISOString() }),
  };
}

const statusOf: Readonly<Record<RestoreResult["status"], number>> = {
  succeeded: 200,
  partial: 200,
  refused: 422,
  failed: 502,
};

/** What `POST /restores` answers: 200 when at least one key is there, 422 when every one was refused, else 502. */
export function answerRestore(result: RestoreResult): { readonly status: number; readonly jsonBody: object } {
  const { restoreId, source, target, status, startedAt, finishedAt, counts, keys, warnings, lastSyncAt } = result;
  return {
    status: statusOf[status],
    jsonBody: {
      restoreId,
      source,
      target: answerTarget(target),
      status,
      startedAt: startedAt.toISOString(),
      finishedAt: finishedAt.toISOString(),
      counts,
      keys: keys.map(describeKey),
      warnings,
      ...(lastSyncAt && { lastSyncAt: lastSyncAt.toISOString() }),
    },
  };
}

const answerTarget = ({ name, host, region }: TargetVault): object => ({ name, host, region });
