import { expect, it } from "vitest";
import { requestsPerSecond } from "../../src/pacing/rate.ts";

it.each([
  ["a vault alone, at a quarter", 0.25, 1, 100],
  ["a vault alone, at all of it", 1, 1, 400],
  ["five vaults: still below the subscription's ceiling", 0.25, 5, 100],
  ["ten vaults share five vaults' worth", 0.25, 10, 50],
  ["a thousand vaults", 1, 1000, 2],
  ["none counted is one", 0.5, 0, 200],
])("%s", (_case, limitShare, vaultsOfSubscriptionAndRegion, expected) => {
  expect(requestsPerSecond({ limitShare, vaultsOfSubscriptionAndRegion })).toBeCloseTo(expected, 10);
});

it("never gives the vaults of a subscription more than its ceiling", () => {
  for (let vaults = 1; vaults <= 2000; vaults += 1) {
    const total = vaults * requestsPerSecond({ limitShare: 1, vaultsOfSubscriptionAndRegion: vaults });
    expect(total).toBeLessThanOrEqual(5 * 400 + 1e-9);
  }
});
