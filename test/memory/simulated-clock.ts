import type { Clock } from "../../src/ports/clock.ts";

export interface SimulatedClock extends Clock {
  /** Moves time on; waits that end on the way are resolved, each at its own instant. */
  advance(inMs: number): Promise<void>;
  /** Moves time on to an instant, like `advance`. Time never goes back. */
  set(instant: Date | string): Promise<void>;
}

interface Waiter {
  readonly at: number;
  readonly resolve: () => void;
}

/**
 * A clock without real time. A `wait` costs none: once everything that can run has run, the clock jumps to the
 * next instant that somebody waits for, so that concurrent waits end in the right order and years pass in moments.
 */
export function createSimulatedClock(start: Date | string): SimulatedClock {
  let time = new Date(start).getTime();
  let drain: NodeJS.Immediate | undefined;
  const waiters = new Set<Waiter>();

  const earliest = (): Waiter | undefined =>
    [...waiters].reduce<Waiter | undefined>((first, each) => (first && first.at <= each.at ? first : each), undefined);

  function release(waiter: Waiter): void {
    waiters.delete(waiter);
    time = Math.max(time, waiter.at);
    waiter.resolve();
  }

  function schedule(): void {
    drain ??= setImmediate(() => {
      drain = undefined;
      const next = earliest();
      if (next === undefined) return;
      release(next);
      schedule();
    });
  }

  return {
    now: () => new Date(time),
    wait(inMs, signal) {
      return new Promise<void>((resolve, reject) => {
        if (signal?.aborted === true) {
          reject(signal.reason);
          return;
        }
        const waiter: Waiter = { at: time + Math.max(0, inMs), resolve: () => settle(resolve) };
        const aborted = () => settle(() => reject(signal?.reason));
        const settle = (end: () => void) => {
          waiters.delete(waiter);
          signal?.removeEventListener("abort", aborted);
          end();
        };
        signal?.addEventListener("abort", aborted);
        waiters.add(waiter);
        schedule();
      });
    },
    advance: (inMs) => moveTo(time + inMs),
    set: (instant) => moveTo(new Date(instant).getTime()),
  };

  async function moveTo(target: number): Promise<void> {
    for (let next = earliest(); next !== undefined && next.at <= target; next = earliest()) {
      release(next);
      await new Promise((resolve) => setImmediate(resolve));
    }
    time = Math.max(time, target);
  }
}
