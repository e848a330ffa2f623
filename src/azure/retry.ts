import type { ErrorCode } from "../errors/codes.ts";
import type { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Clock } from "../ports/clock.ts";

export interface RetryOptions {
  readonly clock: Clock;
  readonly random?: (() => number) | undefined;
  /** Makes what was thrown an error of ours, without anything secret. */
  readonly translate: (thrown: unknown) => KeyBackupError;
  /** True where somebody else makes the next attempt wait: the pacer does, after a 429. */
  readonly waitsElsewhere?: (error: KeyBackupError) => boolean;
}

/** How often a call that fails so is sent, the first time included. Any other failure is final. */
const ATTEMPTS: Readonly<Partial<Record<ErrorCode, number>>> = {
  "vault-throttled": 6,
  "vault-unreachable": 4,
  "vault-unavailable": 4,
  "vault-bad-answer": 4,
  "vault-timeout": 3,
  "key-backup-empty": 4,
  // It hangs for keys with very many versions, every time.
  "key-backup-timeout": 2,
  "credential-unavailable": 2,
  "store-unreachable": 4,
  "store-unavailable": 4,
  "store-bad-answer": 4,
  "store-timeout": 3,
};

const FIRST_DELAY_IN_MS = 1000;
const LONGEST_DELAY_IN_MS = 16_000;
/** No call is begun again after this long. */
const BUDGET_IN_MS = 300_000;

/** The only retry there is: those of the SDKs are off, since they never retry a 429 without `Retry-After` and wait for any that has one. */
export async function withRetry<T>(action: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { clock, random = Math.random } = options;
  const startedAt = clock.now().getTime();
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await action();
    } catch (thrown) {
      const error = options.translate(thrown);
      const spent = clock.now().getTime() - startedAt;
      if (attempt >= (ATTEMPTS[error.code] ?? 1) || spent >= BUDGET_IN_MS) throw error;
      if (options.waitsElsewhere?.(error) !== true) await clock.wait(delayInMs(attempt, error, random));
    }
  }
}

function delayInMs(attempt: number, error: KeyBackupError, random: () => number): number {
  const own = Math.min(FIRST_DELAY_IN_MS * 2 ** (attempt - 1), LONGEST_DELAY_IN_MS);
  const asked = Math.min(error.retryAfterInMs ?? 0, 2 * LONGEST_DELAY_IN_MS);
  return Math.max(own * (0.5 + random() / 2), asked);
}

/** `Retry-After` (seconds or an HTTP date) and the service's own headers in milliseconds. */
export function retryAfterInMs(header: (name: string) => string | undefined, now: Date): number | undefined {
  for (const name of ["retry-after-ms", "x-ms-retry-after-ms"]) {
    const inMs = header(name);
    if (inMs !== undefined && /^\d+$/.test(inMs)) return Number(inMs);
  }
  const value = header("retry-after");
  if (value === undefined) return undefined;
  if (/^\d+$/.test(value)) return Number(value) * 1000;
  const at = Date.parse(value);
  return Number.isNaN(at) ? undefined : Math.max(0, at - now.getTime());
}
