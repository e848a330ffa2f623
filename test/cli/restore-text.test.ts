import { expect, it } from "vitest";
import { planText, resultText } from "../../src/cli/restore-text.ts";
import type { RestoredKey, RestorePlan, RestoreResult, TargetVault } from "../../src/restore/context.ts";
import { refuse } from "../../src/restore/refusal.ts";
import { steeringCharacters } from "./command-line.ts";

const target: TargetVault = {
  name: "contoso",
  host: "contoso.vault.azure.net",
  resourceId: "/subscriptions/s/resourceGroups/g/providers/Microsoft.KeyVault/vaults/contoso",
  subscriptionId: "s",
  region: "westeurope",
  sku: "standard",
};

const aPlan = (change: Partial<RestorePlan> = {}): RestorePlan => ({
  source: "contoso.vault.azure.net",
  target,
  status: "allowed",
  keys: [],
  warnings: [],
  ...change,
});

const aResult = (keys: readonly RestoredKey[], change: Partial<RestoreResult> = {}): RestoreResult => ({
  restoreId: "20261124t020000z-1f3a9c",
  source: "contoso.vault.azure.net",
  target,
  status: "partial",
  startedAt: new Date(0),
  finishedAt: new Date(0),
  counts: { keys: keys.length, restored: 0, alreadyThere: 0, refused: 0, failed: 0, notReached: 0 },
  keys,
  warnings: [],
  ...change,
});

const key = (change: Partial<RestoredKey>): RestoredKey => ({
  name: "signing",
  outcome: "restored",
  refusals: [],
  attempted: [],
  ...change,
});

it("tells of the replica that was read, and how old it is", () => {
  const text = planText(aPlan({ lastSyncAt: new Date("2026-11-24T01:45:00Z") }));
  expect(text).toContain("last in step with the store at 2026-11-24 01:45Z");
});

it("shows what is attempted all the same", () => {
  const refusal = refuse("discontinuous", "A version is lacking.", "It may be planted.", "Look at older points.");
  const text = planText(aPlan({ keys: [{ name: "a", decision: "restore", refusals: [], attempted: [refusal] }] }));
  expect(text).toContain("discontinuous (attempted all the same): A version is lacking. It may be planted. Look");
});

it.each([
  [{ proof: { proven: false, reason: "2 of 3 recorded versions are missing" } }, "not proven: 2 of 3 recorded"],
  [{ proof: { proven: true, newer: true, versions: 4 } }, "proven, 4 versions, newer ones too"],
  [{ outcome: "failed", code: "vault-throttled", reason: "429", hint: "Wait." }, "  429 Wait."],
  [{ rotationPolicy: "failed" }, "failed"],
] as const)("shows how it went with a key: %j", (change, words) => {
  expect(resultText(aResult([key(change)]))).toContain(words);
});

it("lets no text from outside steer the terminal", () => {
  const hostile = "x\u001b[2J\u0007\u202e";
  const warnings = [{ code: "manifest-damaged", message: hostile }];
  const keys = [key({ name: hostile, reason: hostile, proof: { proven: false, reason: hostile } })];
  const texts = [
    resultText(aResult(keys, { source: hostile, warnings })),
    planText(aPlan({ source: hostile, warnings })),
  ];
  expect(texts.flatMap(steeringCharacters)).toEqual([]);
});
