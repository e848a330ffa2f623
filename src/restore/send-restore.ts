import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { OpenedTarget } from "./opened-target.ts";
import type { Proof } from "./proof.ts";
import type { NameState } from "./restore-facts.ts";

export type Sent =
  | { readonly outcome: "restored"; readonly proof: Proof }
  /** The name is not free after all: somebody else was faster, or a deletion showed late. */
  | { readonly outcome: "name-held"; readonly state: NameState }
  | { readonly outcome: "failed"; readonly error: KeyBackupError };

/** After these nobody knows whether the vault did what was asked. */
const withoutAnswer: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "vault-bad-answer",
  "vault-timeout",
  "vault-unavailable",
  "vault-unreachable",
]);
/** Refusals of the name. A purged name stays refused for some seconds, and so does one whose deletion is under way. */
const nameRefused: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["key-name-taken", "key-soft-deleted"]);

const purgeWaitInMs = 5_000;
const mostPurgeWaits = 12;

/** Restores one key whose name was free, and proves it. A failure is believed only once the live key was looked at. */
export async function sendRestore(
  point: RecoveryPoint,
  bytes: Uint8Array,
  opened: OpenedTarget,
  clock: Clock,
): Promise<Sent> {
  for (let waits = 0; ; waits += 1) {
    const error = await attempt(point, bytes, opened);
    if (error !== undefined && !withoutAnswer.has(error.code) && !nameRefused.has(error.code))
      return { outcome: "failed", error };
    const state = await opened.lookUp(point.entry).catch((reading: unknown) => unproven(reading, error));
    if (state instanceof KeyBackupError) return { outcome: "failed", error: state };
    if (state.is === "taken" && (state.proof.proven || error === undefined))
      return { outcome: "restored", proof: state.proof };
    if (error === undefined) return { outcome: "restored", proof: notThere(point) };
    if (state.is !== "free") return { outcome: "name-held", state };
    if (!nameRefused.has(error.code) || waits >= mostPurgeWaits) return { outcome: "failed", error };
    await clock.wait(purgeWaitInMs);
  }
}

async function attempt(
  { entry }: RecoveryPoint,
  bytes: Uint8Array,
  opened: OpenedTarget,
): Promise<KeyBackupError | undefined> {
  try {
    const live = await opened.port().restoreKey(entry.name, bytes);
    if (live.name.toLowerCase() === entry.name.toLowerCase()) return undefined;
    return new KeyBackupError(
      "restore-unproven",
      `restore key "${entry.name}": the backup held another key, which the vault now has as "${live.name}"`,
    );
  } catch (error) {
    if (error instanceof KeyBackupError) return error;
    throw error;
  }
}

/** The vault said that the key was restored; it can't be said that it is the right one. */
function unproven(reading: unknown, error: KeyBackupError | undefined): KeyBackupError {
  if (!(reading instanceof KeyBackupError)) throw reading;
  if (error !== undefined) return error;
  return new KeyBackupError("restore-unproven", `prove a restored key: it was restored, but ${reading.message}`);
}

const notThere = ({ entry }: RecoveryPoint): Proof => ({
  proven: false,
  reason: `the vault answered that key "${entry.name}" was restored, and does not have it`,
});
