import { describe, expect, it } from "vitest";
import { median, shareOfLimit, tally } from "../../bench/requests.ts";
import type { LoggedRequest } from "../../local/key-vault-emulator/request-log.ts";

const aRequest = (facts: Partial<LoggedRequest>): LoggedRequest => ({
  vault: "bench",
  op: "get",
  method: "GET",
  status: 200,
  at: "2026-01-01T00:00:00.000Z",
  durationInMs: 40,
  ...facts,
});

describe("tally", () => {
  it("tells what is about keys from what is about the vault", () => {
    const seen = tally([
      aRequest({ op: "list", status: 401 }),
      aRequest({ op: "list" }),
      aRequest({ op: "listVersions", key: "one" }),
      aRequest({ op: "backup", key: "one" }),
    ]);
    expect(seen).toEqual({ all: 4, aboutKeys: 2, throttledShare: 0, weight: 3 });
  });

  it("counts a refused call as a call, and not as use of the limit", () => {
    const seen = tally([aRequest({ key: "one", status: 429 }), aRequest({ key: "one" })]);
    expect(seen).toEqual({ all: 2, aboutKeys: 2, throttledShare: 0.5, weight: 1 });
  });

  it("weighs what the vault's limits make dearer", () => {
    expect(tally([aRequest({ op: "create", key: "one" })]).weight).toBe(200);
  });
});

describe("shareOfLimit", () => {
  it.each([
    [4000, 10_000, 1],
    [4000, 20_000, 0.5],
    [100, 1000, 0.25],
  ])("is, for %d requests in %d ms, %d", (weight, durationInMs, share) => {
    expect(shareOfLimit(weight, durationInMs)).toBeCloseTo(share, 10);
  });
});

describe("median", () => {
  it.each([
    [[3, 1, 2], 2],
    [[4, 1, 3, 2], 2.5],
    [[7], 7],
  ])("of %j is %d", (values, expected) => {
    expect(median(values)).toBe(expected);
  });

  it("refuses to make a number of nothing", () => {
    expect(() => median([])).toThrow("no values");
  });
});
