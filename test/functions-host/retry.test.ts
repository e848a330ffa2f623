import { describe, expect, it, vi } from "vitest";
import { callWithRetries, parseRetryPolicy } from "../../local/functions-host/retry.ts";

describe("retry policies", () => {
  it("may be absent", () => {
    expect(parseRetryPolicy(undefined)).toBeUndefined();
    expect(parseRetryPolicy(null)).toBeUndefined();
  });

  it("of an unknown kind are refused", () => {
    expect(() => parseRetryPolicy({ retryStrategy: "sometimes", maxRetryCount: 1 })).toThrow("retryStrategy");
  });

  it.each([
    ["fixedDelay", { delayInterval: { seconds: 5 } }, [5, 5, 5, 5]],
    ["exponentialBackoff", { minimumInterval: { seconds: 2 }, maximumInterval: { seconds: 10 } }, [2, 4, 8, 10]],
  ])("wait as %s says", async (retryStrategy, intervals, expected) => {
    const policy = parseRetryPolicy({ retryStrategy, maxRetryCount: 4, ...intervals });
    const calledAt: number[] = [];
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
    try {
      const calls = callWithRetries({ policy, signal: new AbortController().signal }, async () => {
        calledAt.push(Date.now());
        return { outcome: "failed", error: new Error("again") };
      });
      await vi.advanceTimersByTimeAsync(60_000);
      expect(await calls).toMatchObject({ outcome: "failed" });
    } finally {
      vi.useRealTimers();
    }
    const gaps = calledAt.slice(1).map((at, index) => (at - (calledAt[index] ?? at)) / 1_000);
    expect(gaps).toEqual(expected);
  });
});
