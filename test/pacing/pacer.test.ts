import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createPacer, type Pacer } from "../../src/pacing/pacer.ts";
import { createSimulatedClock, type SimulatedClock } from "../memory/simulated-clock.ts";

const WINDOW_IN_MS = 10_000;

function aPacer(requestsPerSecond: number, random = () => 0): { clock: SimulatedClock; pacer: Pacer } {
  const clock = createSimulatedClock("2026-11-24T02:00:00Z");
  return { clock, pacer: createPacer({ requestsPerSecond, clock, random }) };
}

/** Enters `count` times, `callers` of them waiting at any moment; resolves to the instants. */
async function enterOften(pacer: Pacer, clock: SimulatedClock, count: number, callers: number): Promise<number[]> {
  const instants: number[] = [];
  let left = count;
  const call = async () => {
    while (left > 0) {
      left -= 1;
      await pacer.enter();
      instants.push(clock.now().getTime());
    }
  };
  await Promise.all(Array.from({ length: callers }, call));
  return instants;
}

function mostInAnyWindow(instants: readonly number[], windowInMs: number): number {
  let from = 0;
  let most = 0;
  for (const [to, instant] of instants.entries()) {
    while (instant - (instants[from] ?? instant) >= windowInMs) from += 1;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

describe("the pace", () => {
  it("is never over the limit in any 10 seconds, whatever the rate, the callers and the gaps", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: 0.2, max: 400, noNaN: true }),
        fc.integer({ min: 1, max: 32 }),
        fc.array(fc.tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 0, max: 15_000 })), { maxLength: 6 }),
        async (rate, callers, bursts) => {
          const { clock, pacer } = aPacer(rate);
          const instants: number[] = [];
          for (const [count, gapInMs] of bursts) {
            instants.push(...(await enterOften(pacer, clock, Math.min(count, Math.ceil(rate * 30)), callers)));
            await clock.advance(gapInMs);
          }
          expect(mostInAnyWindow(instants, WINDOW_IN_MS)).toBeLessThanOrEqual(Math.max(1, Math.floor(rate * 10)));
        },
      ),
      { numRuns: 60 },
    );
  });

  it("uses at least 98 % of the rate when there is always somebody waiting", async () => {
    const { clock, pacer } = aPacer(400);
    const instants = await enterOften(pacer, clock, 12_000, 16);
    const seconds = ((instants.at(-1) ?? 0) - (instants[0] ?? 0)) / 1000;
    expect(12_000 / seconds).toBeGreaterThan(392);
    expect(12_000 / seconds).toBeLessThanOrEqual(400);
  });

  it("starts without a burst, and has none after a rest", async () => {
    const { clock, pacer } = aPacer(400);
    expect(mostInAnyWindow(await enterOften(pacer, clock, 200, 50), 100)).toBeLessThanOrEqual(42);
    await clock.advance(3_600_000);
    expect(mostInAnyWindow(await enterOften(pacer, clock, 200, 50), 100)).toBeLessThanOrEqual(82);
  });

  it("follows a rate that is set anew", async () => {
    const { clock, pacer } = aPacer(1);
    pacer.setRate(100);
    await enterOften(pacer, clock, 1, 1);
    const before = clock.now().getTime();
    await enterOften(pacer, clock, 100, 4);
    expect(clock.now().getTime() - before).toBeLessThan(1100);
  });

  it("serves in order of arrival", async () => {
    const { pacer } = aPacer(10);
    const served: number[] = [];
    await Promise.all([1, 2, 3, 4].map(async (nth) => pacer.enter().then(() => served.push(nth))));
    expect(served).toEqual([1, 2, 3, 4]);
  });
});

describe("an aborted caller", () => {
  it("is let go at once, with the signal's reason, and takes no turn", async () => {
    const { clock, pacer } = aPacer(0.001);
    await pacer.enter();
    const abort = new AbortController();
    const start = clock.now().getTime();
    const waiting = [pacer.enter(abort.signal), pacer.enter(abort.signal)];
    abort.abort(new Error("enough"));
    for (const each of waiting) await expect(each).rejects.toThrow("enough");
    expect(clock.now().getTime()).toBe(start);
    await pacer.enter();
    expect(clock.now().getTime() - start).toBe(1_000_000);
  });
});

describe("a 429", () => {
  it("makes every call of the vault wait what Retry-After says, those already waiting too", async () => {
    const { clock, pacer } = aPacer(100);
    await pacer.enter();
    const waiting = enterOften(pacer, clock, 8, 8);
    const start = clock.now().getTime();
    pacer.throttled(7000);
    const instants = await waiting;
    expect(Math.min(...instants) - start).toBeGreaterThanOrEqual(7000);
  });

  it("waits 1, 2, 4, 8, 16, 16 seconds without Retry-After, and 1 again after a success", async () => {
    const { clock, pacer } = aPacer(100);
    const waited: number[] = [];
    for (let nth = 0; nth < 6; nth += 1) {
      const start = clock.now().getTime();
      pacer.throttled(undefined);
      await pacer.enter();
      waited.push(clock.now().getTime() - start);
    }
    pacer.succeeded();
    await clock.advance(60_000);
    const start = clock.now().getTime();
    pacer.throttled(undefined);
    await pacer.enter();
    expect([...waited, clock.now().getTime() - start]).toEqual([1000, 2000, 4000, 8000, 16_000, 16_000, 1000]);
  });

  it("adds jitter, never less than the pause", async () => {
    const { clock, pacer } = aPacer(100, () => 0.99);
    const start = clock.now().getTime();
    pacer.throttled(undefined);
    await pacer.enter();
    expect(clock.now().getTime() - start).toBeGreaterThan(1200);
    expect(clock.now().getTime() - start).toBeLessThanOrEqual(1250);
  });

  it("counts once when sixteen calls in flight are told together", () => {
    const { pacer } = aPacer(100);
    for (let nth = 0; nth < 16; nth += 1) pacer.throttled(undefined);
    expect(pacer.requestsPerSecond).toBe(50);
  });

  it("does not wait out a Retry-After of a day", async () => {
    const { clock, pacer } = aPacer(100);
    const start = clock.now().getTime();
    pacer.throttled(86_400_000);
    await pacer.enter();
    expect(clock.now().getTime() - start).toBeLessThanOrEqual(120_000);
  });

  it("halves the rate, down to a floor, and lets it recover over minutes, not at once", async () => {
    const { clock, pacer } = aPacer(320);
    for (let nth = 0; nth < 20; nth += 1) {
      pacer.throttled(undefined);
      await clock.advance(20_000);
    }
    expect(pacer.requestsPerSecond).toBe(10);
    pacer.throttled(undefined);
    await pacer.enter();
    pacer.succeeded();
    expect(pacer.requestsPerSecond).toBeLessThan(20);
    for (let second = 0; second < 110; second += 1) {
      await clock.advance(1000);
      pacer.succeeded();
    }
    expect(pacer.requestsPerSecond).toBe(320);
  });
});
