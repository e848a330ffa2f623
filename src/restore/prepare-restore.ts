import { findRecoveryPoints, type FoundPoint, type FoundPoints } from "../catalog/find-recovery-points.ts";
import type { Warning } from "../catalog/manifest.ts";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import { chooseSource, findTarget } from "./choose-source.ts";
import type { RestoreContext, RestoreRequest, TargetVault } from "./context.ts";
import { openTargetOnce, type OpenedTarget } from "./opened-target.ts";

/** What a plan and a run start from: the recovery points, read from the stores. The target was not called yet. */
export interface PreparedRestore {
  readonly source: string;
  readonly target: TargetVault;
  readonly opened: OpenedTarget;
  readonly points: readonly FoundPoint[];
  readonly absent: FoundPoints["absent"];
  readonly warnings: readonly Warning[];
  readonly lastSyncAt?: Date;
}

/** @throws KeyBackupError `vault-not-configured` for the target, `source-not-found` for the source, `bad-request` for too many keys. */
export async function prepareRestore(request: RestoreRequest, context: RestoreContext): Promise<PreparedRestore> {
  const target = needTarget(request.target, context);
  const { vault, folders, lastSyncAt, warnings: unread } = await chooseSource(request, context);
  const { tier, asOf, keys } = request;
  const { keepDays } = context.settings;
  const search = { folders, tier, asOf, keepDays, now: context.clock.now() };
  const { points, absent, warnings } = await findRecoveryPoints(keys, search);
  refuseTooMany(request, points.size);
  return {
    source: vault,
    target,
    opened: openTargetOnce(target, context),
    points: [...points.values()],
    absent,
    warnings: [...unread, ...warnings],
    ...(lastSyncAt && { lastSyncAt }),
  };
}

export function needTarget(name: string, { targets }: RestoreContext): TargetVault {
  const target = findTarget(name, targets);
  if (target) return target;
  const shown = printable(name, 100);
  throw new KeyBackupError("vault-not-configured", `restore to vault "${shown}": it is not configured`);
}

function refuseTooMany({ mostKeys }: RestoreRequest, keys: number): void {
  if (mostKeys === undefined || keys <= mostKeys) return;
  const problems = [`keys: must be at most ${mostKeys}, and these are ${keys}: use the command line`];
  throw new KeyBackupError("bad-request", `restore or plan ${keys} keys: ${problems[0]}`, { problems });
}
