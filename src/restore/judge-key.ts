import { readBlobHeader } from "../catalog/blob-header.ts";
import type { FoundPoint } from "../catalog/find-recovery-points.ts";
import { readBackupOf, type RecoveryPoint } from "../catalog/recovery-point.ts";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import type { RestoreContext, RestoreRequest, TargetVault } from "./context.ts";
import type { OpenedTarget } from "./opened-target.ts";
import type { Proof } from "./proof.ts";
import type { Refusal } from "./refusal.ts";
import type { BackupFacts, NameState, TargetFacts } from "./restore-facts.ts";
import { guardRestore } from "./restore-guard.ts";

export type KeyVerdict =
  | { readonly decision: "refused"; readonly refusals: readonly Refusal[]; readonly attempted: readonly Refusal[] }
  | { readonly decision: "already-there"; readonly proof: Proof; readonly attempted: readonly Refusal[] }
  | { readonly decision: "restore"; readonly bytes: Uint8Array; readonly attempted: readonly Refusal[] };

export interface Judging {
  readonly target: TargetVault;
  readonly opened: OpenedTarget;
  readonly request: Pick<RestoreRequest, "attempt">;
  readonly context: RestoreContext;
}

/**
 * Gathers the facts of one key and asks the guard. What the stores and the configuration forbid is refused without a call
 * to the vault; only then it is asked where it is, and what holds the name.
 */
export async function judgeKey({ point, history }: FoundPoint, judging: Judging): Promise<KeyVerdict> {
  const { opened, request, context } = judging;
  const { regions, observedRegion } = context.settings;
  const options = { regions, observedRegion, attempt: request.attempt ?? [] };
  const { bytes, state } = await readBytes(point);
  const backup = describeBackup(point, history.breaks, state, bytes);
  const before = guardRestore(backup, describeTarget(judging.target, undefined, { is: "not-looked-up" }), options);
  if (!before.allowed || !bytes) return { decision: "refused", refusals: [], ...before };
  const observed = await opened.observe();
  const keyName = await opened.lookUp(point.entry);
  const decision = guardRestore(backup, describeTarget(judging.target, observed, keyName), options);
  const { attempted } = decision;
  if (!decision.allowed) return { decision: "refused", refusals: decision.refusals, attempted };
  if (keyName.is === "taken") return { decision: "already-there", proof: keyName.proof, attempted };
  return { decision: "restore", bytes, attempted };
}

async function readBytes(point: RecoveryPoint): Promise<{ bytes?: Uint8Array; state: BackupFacts["bytes"] }> {
  try {
    const bytes = await readBackupOf(point);
    return { bytes, state: point.sha256 === undefined ? "unverified" : "sound" };
  } catch (error) {
    if (!(error instanceof KeyBackupError)) throw error;
    if (error.code === "backup-damaged") return { state: "damaged" };
    if (error.code === "backup-missing") return { state: "missing" };
    throw error;
  }
}

function describeBackup(
  { entry, source }: RecoveryPoint,
  breaks: BackupFacts["breaks"],
  state: BackupFacts["bytes"],
  bytes: Uint8Array | undefined,
): BackupFacts {
  return {
    keyName: entry.name,
    keyType: entry.keyType,
    source: source && {
      region: printable(source.region, 60),
      geography: printable(source.geography, 60),
      subscriptionId: subscriptionOf(source.resourceId),
    },
    bytes: state,
    header: bytes ? readBlobHeader(bytes).kind : "unrecognised",
    breaks,
  };
}

export function describeTarget(
  { name, host, region, subscriptionId, sku }: TargetVault,
  observed: TargetFacts["observed"],
  keyName: NameState,
): TargetFacts {
  const kind = host.includes(".managedhsm.") ? "managed-hsm" : "vault";
  return { name, region, subscriptionId, sku, kind, observed, keyName };
}

const subscriptionOf = (resourceId: string): string | undefined =>
  /^\/subscriptions\/([\w-]{1,64})\//i.exec(resourceId)?.[1]?.toLowerCase();
