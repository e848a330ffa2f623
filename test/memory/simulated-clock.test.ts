import { expect, it } from "vitest";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import { createSimulatedClock } from "./simulated-clock.ts";

const START = "2026-11-24T02:00:00Z";
const at = (inMs: number) => new Date(Date.parse(START) + inMs);

it("ends concurrent waits in order of their instants, each at its own", async () => {
  const clock = createSimulatedClock(START);
  const ended: [string, Date][] = [];
  const wait = async (name: string, inMs: number) => {
    await clock.wait(inMs);
    ended.push([name, clock.now()]);
  };
  await Promise.all([wait("c", 3000), wait("a", 1000), wait("b", 2000).then(() => wait("d", 5000))]);
  expect(ended).toEqual([
    ["a", at(1000)],
    ["b", at(2000)],
    ["c", at(3000)],
    ["d", at(7000)],
  ]);
});

it("walks 800 nights in no time", async () => {
  const clock = createSimulatedClock(START);
  const realStart = performance.now();
  for (let night = 0; night < 800; night += 1) {
    await clock.wait(60_000);
    await clock.set(at((night + 1) * DAY_IN_MS));
  }
  expect(clock.now()).toEqual(at(800 * DAY_IN_MS));
  expect(performance.now() - realStart).toBeLessThan(1000);
});

it("moves on when told, and lets those go who waited for less", async () => {
  const clock = createSimulatedClock(START);
  const instants: Date[] = [];
  const waiting = clock.wait(5000).then(() => instants.push(clock.now()));
  await clock.advance(10_000);
  await waiting;
  expect(instants).toEqual([at(5000)]);
  expect(clock.now()).toEqual(at(10_000));
});

it("ends an aborted wait with the signal's reason, at once", async () => {
  const clock = createSimulatedClock(START);
  const abort = new AbortController();
  const waiting = clock.wait(5000, abort.signal);
  abort.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(clock.wait(5000, abort.signal)).rejects.toThrow("enough");
  expect(clock.now()).toEqual(at(0));
});
