import type { ErrorCode } from "../errors/codes.ts";
import type { KeyBackupError } from "../errors/key-backup-error.ts";

/** So many identical failures with no success in between are one failure of the vault, not of its keys. */
const longestStreak = 20;

const refusals: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "vault-forbidden-rbac",
  "vault-forbidden-policy",
  "vault-forbidden-firewall",
  "vault-forbidden-connection",
  "vault-forbidden",
  "vault-bad-request",
]);

const faults: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "credential-unavailable",
  "vault-unreachable",
  "vault-timeout",
  "vault-unavailable",
  "vault-throttled",
  "vault-unauthorized",
  "vault-bad-answer",
  "store-unreachable",
  "store-timeout",
  "store-unavailable",
  "store-forbidden",
  "store-container-missing",
  "store-bad-answer",
]);

/** A fault may pass: the key is tried again, and a vault that has nothing else is tried again as a whole. */
export const mayPass = (code: ErrorCode): boolean => faults.has(code);

export interface FailureStreak {
  succeeded(): void;
  failed(error: KeyBackupError): void;
  /** The refusal for which the rest of the vault is not tried. */
  readonly refusal: KeyBackupError | undefined;
  /** The fault for which the attempt ends, to be tried again as a whole. */
  readonly fault: KeyBackupError | undefined;
}

export function createFailureStreak(): FailureStreak {
  let length = 0;
  let last: KeyBackupError | undefined;
  const onlyIf = (codes: ReadonlySet<ErrorCode>): KeyBackupError | undefined =>
    last && length >= longestStreak && codes.has(last.code) ? last : undefined;
  return {
    succeeded() {
      length = 0;
    },
    failed(error) {
      length = error.code === last?.code ? length + 1 : 1;
      last = error;
    },
    get refusal() {
      return onlyIf(refusals);
    },
    get fault() {
      return onlyIf(faults);
    },
  };
}
