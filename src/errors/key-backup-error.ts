import { errorCodes, type ErrorCode } from "./codes.ts";

export interface KeyBackupErrorOptions {
  /** What is known of the cause. Never an SDK error itself: those hold the bearer token. */
  readonly cause?: unknown;
  /** HTTP status of the service's answer. */
  readonly status?: number;
  /** What the service asked us to wait, from `Retry-After`. */
  readonly retryAfterInMs?: number;
  /** Single problems, where there are several: one sentence each. */
  readonly problems?: readonly string[];
  /** Replaces the code's general hint where more is known. */
  readonly hint?: string;
}

/** The only error this program throws on purpose. Its message reads *action object: reason*. */
export class KeyBackupError extends Error {
  override readonly name = "KeyBackupError";
  readonly code: ErrorCode;
  readonly hint: string;
  readonly status: number | undefined;
  readonly retryAfterInMs: number | undefined;
  readonly problems: readonly string[];

  constructor(code: ErrorCode, message: string, options: KeyBackupErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? errorCodes[code].hint;
    this.status = options.status;
    this.retryAfterInMs = options.retryAfterInMs;
    this.problems = options.problems ?? [];
  }
}

/** Makes any thrown value a `KeyBackupError`; one that is not ours becomes `internal`, with its message only. */
export function toKeyBackupError(thrown: unknown, action: string): KeyBackupError {
  if (thrown instanceof KeyBackupError) return thrown;
  const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown;
  return new KeyBackupError("internal", `${action}: ${printable(reason)}`);
}

/** Text from outside made safe for a log line or an answer: one line, no control characters, at most `limit` characters. */
export function printable(text: string, limit = 500): string {
  const line = text.replaceAll(/[\p{Cc}\p{Cf}\u2028\u2029]+/gu, " ").trim();
  return line.length <= limit ? line : `${line.slice(0, limit - 1)}…`;
}
