import { expect, it } from "vitest";
import { createTurns } from "../../src/pacing/turns.ts";

it("never runs what was aborted before its turn, and goes on after it", async () => {
  const turns = createTurns();
  const ran: string[] = [];
  const first = new AbortController();
  const ended = new Promise<void>((resolve) => first.signal.addEventListener("abort", () => resolve()));
  const abort = new AbortController();
  const held = turns.take(() => ended);
  const aborted = turns.take(async () => void ran.push("aborted"), abort.signal);
  const last = turns.take(async () => void ran.push("last"));
  abort.abort(new Error("enough"));
  await expect(aborted).rejects.toThrow("enough");
  first.abort();
  await Promise.all([held, last]);
  expect(ran).toEqual(["last"]);
});

it("goes on after one that fails, and tells its caller", async () => {
  const turns = createTurns();
  const failing = turns.take(() => Promise.reject(new Error("broken")));
  const next = turns.take(() => Promise.resolve());
  await expect(failing).rejects.toThrow("broken");
  await expect(next).resolves.toBeUndefined();
});
