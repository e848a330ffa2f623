import { expect, it } from "vitest";
import { estimateRun } from "../../src/cli/estimate.ts";

const counted = (change: object = {}) => ({
  vault: "contoso",
  keys: 1000,
  keysOfCertificates: 20,
  listCalls: 42,
  requestsPerSecond: 100,
  ...change,
});

it("counts four calls a key, and the listing", () => {
  const { calls, vaults } = estimateRun([counted()], 1);
  expect(calls).toBe(4042);
  expect(vaults[0]?.minutes).toBeCloseTo(0.674, 3);
});

it("counts two blobs a key and a manifest, in each tier", () => {
  expect(estimateRun([counted()], 3).blobs).toBe(6003);
});

it("takes as long as the slowest vault: they run side by side", () => {
  const { minutes, calls } = estimateRun([counted(), counted({ vault: "slow", requestsPerSecond: 10 })], 1);
  expect(minutes).toBeCloseTo(6.737, 3);
  expect(calls).toBe(8084);
});

it("adds up what it costs at most", () => {
  expect(estimateRun([counted({ keys: 100_000, listCalls: 4000 })], 3).costAtMostInUsd).toBeCloseTo(15.06, 2);
});

it("costs nothing without vaults", () => {
  expect(estimateRun([], 3)).toEqual({ vaults: [], calls: 0, minutes: 0, blobs: 0, costAtMostInUsd: 0 });
});
