import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { printable, type KeyBackupError } from "../errors/key-backup-error.ts";
import type { TargetVault } from "./context.ts";

export interface ExplainedFailure {
  readonly code: ErrorCode;
  readonly reason: string;
  readonly hint: string;
}

/** Key Vault's texts about a backup say nothing to whoever reads them for the first time: these say what is known. */
export function explainFailure(error: KeyBackupError, point: RecoveryPoint, target: TargetVault): ExplainedFailure {
  const { code, message } = error;
  if (code === "backup-not-decryptable")
    return {
      code,
      reason: `${message}. Key Vault can't open this backup here: it was taken in ${placeOf(point)}, and vault "${target.name}" is in ${target.region}, subscription ${target.subscriptionId}`,
      hint: "Restore to a vault of the subscription and the geography that it was taken in; if this one was moved between subscriptions, take a new backup there.",
    };
  if (code === "backup-malformed")
    return {
      code,
      reason: `${message}. ${point.sha256 === undefined ? "No hash was recorded for these bytes" : "The bytes are those that were recorded"}, and Key Vault does not take them for a key's backup. It has answered so for backups of another geography too`,
      hint: "Look at the file's header (key-backup inspect), compare where it was taken with where the vault is, and try another recovery point.",
    };
  return { code, reason: message, hint: error.hint };
}

function placeOf({ source }: RecoveryPoint): string {
  if (source === undefined) return "a place that is not recorded";
  return printable(`${source.region} (${source.geography}), by ${source.resourceId}`);
}
