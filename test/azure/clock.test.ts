import { expect, it } from "vitest";
import { systemClock } from "../../src/azure/clock.ts";

it("waits in real time", async () => {
  const start = systemClock.now().getTime();
  await systemClock.wait(30);
  expect(systemClock.now().getTime() - start).toBeGreaterThanOrEqual(28);
});

it("ends an aborted wait with the signal's reason, before its time or before it begins", async () => {
  const abort = new AbortController();
  const waiting = systemClock.wait(60_000, abort.signal);
  abort.abort(new Error("enough"));
  await expect(waiting).rejects.toThrow("enough");
  await expect(systemClock.wait(60_000, abort.signal)).rejects.toThrow("enough");
});
