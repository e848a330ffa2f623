/** Pauses after the first, second, … 429 in a row, as Microsoft's throttling guidance gives them. */
const PAUSES_IN_MS = [1000, 2000, 4000, 8000, 16_000] as const;
/** A longer `Retry-After` is not waited out: something in between made it up. */
const LONGEST_PAUSE_IN_MS = 120_000;
const DROP = 0.5;
const LOWEST_FACTOR = 1 / 32;
/** After a 429 the full rate comes back over minutes: a tenth of it every 10 seconds. */
const RECOVERY_PER_MS = 0.1 / 10_000;

export interface BackOff {
  /** What is left of the rate: 1 when nothing was throttled lately. */
  rateFactor(): number;
  /** Returns the instant, in ms, before which nothing may be sent. */
  throttled(now: number, retryAfterInMs: number | undefined): number;
  succeeded(now: number): void;
}

export function createBackOff(random: () => number): BackOff {
  let factor = 1;
  let inARow = 0;
  let pausedUntil = Number.NEGATIVE_INFINITY;
  let recoveredAt = 0;

  const withJitter = (inMs: number) => inMs * (1 + 0.25 * random());

  return {
    rateFactor: () => factor,
    throttled(now, retryAfterInMs) {
      const asked = Math.min(retryAfterInMs ?? 0, LONGEST_PAUSE_IN_MS);
      if (now < pausedUntil) {
        // An answer to a request sent before this pause began: the same event, not a further one.
        pausedUntil = Math.max(pausedUntil, now + asked);
        return pausedUntil;
      }
      const own = PAUSES_IN_MS[Math.min(inARow, PAUSES_IN_MS.length - 1)] ?? 0;
      inARow += 1;
      factor = Math.max(LOWEST_FACTOR, factor * DROP);
      pausedUntil = now + withJitter(retryAfterInMs === undefined ? own : asked);
      recoveredAt = pausedUntil;
      return pausedUntil;
    },
    succeeded(now) {
      if (now < pausedUntil) return;
      inARow = 0;
      factor = Math.min(1, factor + RECOVERY_PER_MS * Math.max(0, now - recoveredAt));
      recoveredAt = Math.max(recoveredAt, now);
    },
  };
}
