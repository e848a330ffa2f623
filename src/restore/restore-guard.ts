import { printable } from "../errors/key-backup-error.ts";
import { judgePlaces } from "./judge-places.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { BackupFacts, GuardOptions, TargetFacts } from "./restore-facts.ts";

/** `attempted`: predictions that speak against it and are tried all the same. */
export type RestoreDecision =
  | { readonly allowed: true; readonly attempted: readonly Refusal[] }
  | { readonly allowed: false; readonly refusals: readonly Refusal[]; readonly attempted: readonly Refusal[] };

/**
 * Whether a backup may be restored to a vault, with every reason against it. What a policy forbids stays forbidden
 * whatever is attempted, and so does what the state of the vault makes impossible.
 */
export function guardRestore(backup: BackupFacts, target: TargetFacts, options: GuardOptions): RestoreDecision {
  const found = [
    ...judgeBytes(backup, target),
    ...judgePlaces(backup, target, options),
    ...judgeKey(backup, target),
    ...judgeName(backup, target),
  ];
  const attempts: ReadonlySet<string> = new Set(options.attempt);
  const isAttempted = ({ kind, code }: Refusal): boolean => kind === "prediction" && attempts.has(code);
  const refusals = found.filter((refusal) => !isAttempted(refusal));
  const attempted = found.filter(isAttempted);
  return refusals.length === 0 ? { allowed: true, attempted } : { allowed: false, refusals, attempted };
}

function* judgeBytes({ keyName, bytes, header, source }: BackupFacts, target: TargetFacts): Generator<Refusal> {
  if (bytes === "damaged")
    yield refuse(
      "backup-damaged",
      `The stored bytes of key "${keyName}" are not those that were recorded: their SHA-256 differs.`,
      "They were damaged or replaced, and what replaced them may be somebody else's key.",
      "Use another recovery point of the key, and find out what changed this one.",
    );
  if (bytes === "missing")
    yield refuse(
      "backup-missing",
      `Nothing is stored where the backup of key "${keyName}" should be.`,
      "Without its bytes there is nothing to restore.",
      "Use another recovery point of the key, and find out who removed this one.",
    );
  if (bytes === "unverified" || source === undefined || source.subscriptionId === undefined)
    yield refuse(
      "source-unknown",
      `It is not recorded ${bytes === "unverified" ? `what the bytes of key "${keyName}" should be` : `where the backup of key "${keyName}" was taken`}.`,
      "So nothing can tell beforehand whether the vault can open it, or whose key it is.",
      "Use another recovery point, or attempt source-unknown and compare the restored key.",
    );
  const isHsm = target.kind === "managed-hsm";
  if (header !== "unrecognised" && (header === "managed-hsm") !== isHsm)
    yield refuse(
      "managed-hsm-differs",
      `The backup of key "${keyName}" comes from ${isHsm ? "a vault" : "a Managed HSM"}; "${target.name}" is ${isHsm ? "a Managed HSM" : "a vault"}.`,
      "The two encrypt backups differently, and neither opens the other's.",
      `Restore it to ${isHsm ? "a vault" : "a Managed HSM of the same security domain"}.`,
    );
}

function* judgeKey({ keyName, keyType, breaks }: BackupFacts, { name, sku }: TargetFacts): Generator<Refusal> {
  if (keyType?.endsWith("-HSM") === true && sku === "standard")
    yield refuse(
      "hsm-into-standard",
      `Key "${keyName}" is HSM-protected (${keyType}), and vault "${name}" is configured as standard.`,
      "A standard vault holds no HSM-protected keys.",
      "Restore it to a premium vault, or correct the vault's sku in KEY_BACKUP_VAULTS.",
    );
  for (const { kind, version: id, olderRunId, olderCreatedAt } of breaks) {
    const version = printable(id, 40);
    const older = `the recovery point of ${olderCreatedAt.toISOString()} (run ${olderRunId})`;
    yield refuse(
      "discontinuous",
      kind === "version-lacking"
        ? `This recovery point of key "${keyName}" lacks version ${version}, which ${older} has.`
        : `This recovery point of key "${keyName}" shows another public key for version ${version} than ${older}.`,
      kind === "version-lacking"
        ? "A key's versions only grow: it was purged and made anew, or somebody's key was planted under its name."
        : "A version never changes: somebody's key may have been planted under its name.",
      "Compare the key's recovery points and use an older one, or attempt discontinuous when you know why.",
    );
  }
}

function* judgeName({ keyName }: BackupFacts, { name, keyName: state }: TargetFacts): Generator<Refusal> {
  if (state.is === "taken" && !state.proof.proven)
    yield refuse(
      "key-name-taken",
      `Vault "${name}" has a key "${keyName}" that is not the one in the backup: ${state.proof.reason}.`,
      "Key Vault restores a key only under its own name, and only where that is free.",
      "Restore to another vault of the geography, or delete and purge that key first.",
    );
  if (state.is === "soft-deleted") {
    const { purgeable, purgesAt } = state.deleted;
    const end = purgesAt === undefined ? "its retention ends" : purgesAt;
    yield refuse(
      "key-soft-deleted",
      `Vault "${name}" holds a deleted key "${keyName}".`,
      "A deleted key keeps its name, and recovering it brings back everything, without a backup.",
      purgeable
        ? "Recover it; only if it is not the key that you need, purge it and restore then."
        : `Recover it. Purge protection is on: the name is not free before ${end}; restore to another vault until then.`,
    );
  }
}
