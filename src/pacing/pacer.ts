import type { Clock } from "../ports/clock.ts";
import { createBackOff } from "./back-off.ts";
import { keyVaultLimits } from "./limits.ts";
import { createTurns } from "./turns.ts";

/** Lets the requests of one vault through, one by one, at its rate. All calls of the vault share it. */
export interface Pacer {
  /** Resolves when the next request may be sent. */
  enter(signal?: AbortSignal): Promise<void>;
  /** The service said 429: everything of this vault waits, and the rate drops. */
  throttled(retryAfterInMs: number | undefined): void;
  /** The service answered otherwise: the rate recovers, slowly. */
  succeeded(): void;
  /** The rate at present: what was set, or less after a 429. */
  readonly requestsPerSecond: number;
  setRate(requestsPerSecond: number): void;
}

export interface PacerOptions {
  readonly requestsPerSecond: number;
  readonly clock: Clock;
  readonly random?: () => number;
}

/** How far behind its pace it may catch up after a late timer. So small that it can't become a burst. */
const CATCH_UP_IN_MS = 100;

export function createPacer({ requestsPerSecond, clock, random = Math.random }: PacerOptions): Pacer {
  const now = () => clock.now().getTime();
  const turns = createTurns();
  const backOff = createBackOff(random);
  let rate = requestsPerSecond;
  let nextAt = now();

  const currentRate = () => rate * backOff.rateFactor();

  return {
    enter: (signal) =>
      turns.take(async () => {
        for (let inMs = nextAt - now(); inMs > 0; inMs = nextAt - now()) await clock.wait(Math.ceil(inMs), signal);
        nextAt = Math.max(nextAt, now() - CATCH_UP_IN_MS) + spacingInMs(currentRate());
      }, signal),
    throttled(retryAfterInMs) {
      nextAt = Math.max(nextAt, backOff.throttled(now(), retryAfterInMs));
    },
    succeeded: () => backOff.succeeded(now()),
    get requestsPerSecond() {
      return currentRate();
    },
    setRate(to) {
      rate = to;
    },
  };
}

/** Wide enough that no 10 seconds hold more than the rate allows, catching up included. */
function spacingInMs(requestsPerSecond: number): number {
  const allowed = Math.floor(requestsPerSecond * (keyVaultLimits.windowInMs / 1000));
  return allowed < 1 ? 1000 / requestsPerSecond : (keyVaultLimits.windowInMs + CATCH_UP_IN_MS) / allowed;
}
