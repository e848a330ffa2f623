import { expect, it } from "vitest";
import { createBoundedWork } from "../../src/backup/bounded-work.ts";
import { createSimulatedClock } from "../memory/simulated-clock.ts";

it("runs no more at a time than it may, and waits with taking more", async () => {
  const clock = createSimulatedClock("2026-01-01T00:00:00Z");
  const work = createBoundedWork(3);
  let running = 0;
  let most = 0;
  for (let nth = 0; nth < 10; nth += 1)
    await work.add(async () => {
      running += 1;
      most = Math.max(most, running);
      await clock.wait(1000 * (1 + (nth % 3)));
      running -= 1;
    });
  await work.done();
  expect([most, running]).toEqual([3, 0]);
});

it("throws what the first failing task threw, when asked for more and at the end, and lets the others finish", async () => {
  const work = createBoundedWork(2);
  const finished: number[] = [];
  await work.add(() => Promise.reject(new Error("first")));
  await work.idle();
  await expect(work.add(() => Promise.resolve())).rejects.toThrow("first");
  await work.idle();
  await expect(work.done()).rejects.toThrow("first");
  const other = createBoundedWork(2);
  await other.add(async () => void finished.push(1));
  await other.done();
  expect(finished).toEqual([1]);
});
