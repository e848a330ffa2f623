import { errorCodes, type ErrorCode } from "../errors/codes.ts";
import type { KeyBackupError } from "../errors/key-backup-error.ts";

export const checks = [
  "settings",
  "clock",
  "geography",
  "store-read",
  "store-create",
  "replication",
  "reachable",
  "list",
  "get",
  "rotation-policy",
  "backup",
  "region",
  "tenant",
  "last-run",
  "versions",
  "restore",
] as const;
export type Check = (typeof checks)[number];

/** `not-probed`: nothing can be said, because what comes before it failed or no question can be asked without harm. */
export type FindingState = "good" | "warning" | "failed" | "not-probed";

export interface Finding {
  readonly state: FindingState;
  /** The vault, store, setting or machine that it is about. */
  readonly subject: string;
  readonly check: Check;
  /** Stable, where something is wrong: one of the program's error codes, or a word that only the doctor has. */
  readonly code?: string;
  readonly message: string;
  /** What to do; on everything that is not good. */
  readonly remedy?: string;
}

type Subject = Pick<Finding, "subject" | "check">;

export const good = (about: Subject, message: string): Finding => ({ state: "good", ...about, message });

export const warning = (about: Subject, code: string, message: string, remedy: string): Finding => ({
  state: "warning",
  ...about,
  code,
  message,
  remedy,
});

export const failed = (about: Subject, code: string, message: string, remedy: string): Finding => ({
  state: "failed",
  ...about,
  code,
  message,
  remedy,
});

export const notProbed = (about: Subject, message: string, remedy: string): Finding => ({
  state: "not-probed",
  ...about,
  message,
  remedy,
});

export const refused = (about: Subject, { code, message, hint }: KeyBackupError): Finding =>
  failed(about, code, message, hint);

/** For rights that nothing depends on but completeness. */
export const refusedMildly = (about: Subject, { code, message, hint }: KeyBackupError, meaning: string): Finding =>
  warning(about, code, `${meaning}: ${message}`, hint);

export const hintOf = (code: ErrorCode): string => errorCodes[code].hint;
