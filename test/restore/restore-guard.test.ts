import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { errorCodes } from "../../src/errors/codes.ts";
import { geographyOf } from "../../src/geography/geography-rule.ts";
import { regionTable } from "../../src/geography/region-table.ts";
import {
  predictionCodes,
  refusalKinds,
  refusalText,
  type Refusal,
  type RefusalCode,
} from "../../src/restore/refusal.ts";
import type { BackupFacts, GuardOptions, NameState, TargetFacts } from "../../src/restore/restore-facts.ts";
import { guardRestore } from "../../src/restore/restore-guard.ts";

const sub1 = "5a1c7e08-9d3f-4b62-8c47-2e0b6f91d3a4";
const sub2 = "c0de2b11-7f45-4a90-b1d8-6e3f5a72c9b0";
const backup: BackupFacts = {
  keyName: "pay",
  keyType: "RSA",
  source: { region: "westeurope", geography: "Europe", subscriptionId: sub1 },
  bytes: "sound",
  header: "vault",
  breaks: [],
};
const target: TargetFacts = {
  name: "kv-pay",
  region: "northeurope",
  subscriptionId: sub1,
  sku: "standard",
  kind: "vault",
  observed: { region: "northeurope" },
  keyName: { is: "free" },
};
const options: GuardOptions = { regions: regionTable, observedRegion: "warn", attempt: [] };
const proven = { proven: true, newer: false, versions: 1 } as const;
const other = { is: "taken", proof: { proven: false, reason: "another key" } } as const;
const older = { olderRunId: "20260309t020000z-000000", olderCreatedAt: new Date("2026-03-09T02:00:00Z") };
const broken = { kind: "version-lacking", version: "v1", ...older } as const;

interface Change {
  readonly backup?: Partial<BackupFacts>;
  readonly target?: Partial<TargetFacts>;
  readonly options?: Partial<GuardOptions>;
}
const guard = (change: Change) =>
  guardRestore({ ...backup, ...change.backup }, { ...target, ...change.target }, { ...options, ...change.options });
const codesOf = (change: Change): readonly string[] => {
  const decision = guard(change);
  return decision.allowed ? [] : decision.refusals.map(({ code }) => code);
};
const from = (region: string, geography: string): Change => ({
  backup: { source: { region, geography, subscriptionId: sub1 } },
});

const alone: readonly (readonly [string, Change, RefusalCode])[] = [
  ["another geography", from("eastus", "United States"), "geography-differs"],
  ["another cloud", from("chinanorth3", "China"), "cloud-differs"],
  ["a geography recorded for a region that the table has lost", from("lostregion", "Atlantis"), "geography-differs"],
  ["a recorded geography that is not the table's", from("westeurope", "United States"), "geography-differs"],
  ["a target whose region nobody knows", { target: { region: "lostregion", observed: undefined } }, "region-unknown"],
  ["bytes with another hash", { backup: { bytes: "damaged" } }, "backup-damaged"],
  ["no bytes", { backup: { bytes: "missing" } }, "backup-missing"],
  ["a Managed HSM's backup in a vault", { backup: { header: "managed-hsm" } }, "managed-hsm-differs"],
  ["a vault's backup in a Managed HSM", { target: { kind: "managed-hsm" } }, "managed-hsm-differs"],
  ["another subscription", { target: { subscriptionId: sub2 } }, "subscription-differs"],
  ["a source that nothing tells of", { backup: { source: undefined } }, "source-unknown"],
  ["bytes without a recorded hash", { backup: { bytes: "unverified" } }, "source-unknown"],
  ["an HSM-protected key in a standard vault", { backup: { keyType: "RSA-HSM" } }, "hsm-into-standard"],
  ["a target that answers from elsewhere", { target: { observed: { region: "westeurope" } } }, "target-region-differs"],
  ["a region that the table does not know", { target: { observed: { region: "x" } } }, "target-region-differs"],
  [
    "a target that does not say where it is, where it must",
    { target: { observed: { region: undefined } }, options: { observedRegion: "require" } },
    "target-region-unverified",
  ],
  ["a broken history", { backup: { breaks: [broken] } }, "discontinuous"],
  ["a planted key", { backup: { breaks: [{ ...broken, kind: "thumbprint-differs" }] } }, "discontinuous"],
  ["a name that another key has", { target: { keyName: other } }, "key-name-taken"],
  ["a deleted key", { target: { keyName: { is: "soft-deleted", deleted: { purgeable: true } } } }, "key-soft-deleted"],
];

describe("the restore guard", () => {
  it.each(alone)("refuses %s", (_case, change, code) => {
    const decision = guard(change);
    expect(decision).toMatchObject({ allowed: false, refusals: [{ code, kind: refusalKinds[code] }] });
    expect(codesOf(change)).toEqual([code]);
  });

  it("has a rule shown above for every code", () => {
    expect(new Set(alone.map(([, , code]) => code))).toEqual(new Set(Object.keys(refusalKinds)));
  });

  it.each<readonly [string, Change]>([
    ["the same geography and subscription", {}],
    ["a subscription written in capitals", { target: { subscriptionId: sub1.toUpperCase() } }],
    ["a live key that is the backup", { target: { keyName: { is: "taken", proof: proven } } }],
    ["a header that it does not recognise", { backup: { header: "unrecognised" } }],
    ["a target that does not say where it is", { target: { observed: { region: undefined } } }],
    ["an HSM-protected key in a premium vault", { backup: { keyType: "EC-HSM" }, target: { sku: "premium" } }],
  ])("allows %s", (_case, change) => {
    expect(guard(change)).toEqual({ allowed: true, attempted: [] });
  });

  it("gives every reason at once", () => {
    expect(
      codesOf({
        backup: { bytes: "damaged", keyType: "EC-HSM", breaks: [broken] },
        target: { region: "eastus", observed: { region: "westus" }, subscriptionId: sub2, keyName: other },
      }),
    ).toEqual([
      "backup-damaged",
      "geography-differs",
      "subscription-differs",
      "target-region-differs",
      "hsm-into-standard",
      "discontinuous",
      "key-name-taken",
    ]);
  });

  it("says what, why and what to do, each as a sentence", () => {
    for (const [, change] of alone) {
      const decision = guard(change);
      if (decision.allowed) throw new Error("it should be refused");
      for (const refusal of decision.refusals) {
        for (const sentence of [refusal.what, refusal.why, refusal.remedy]) expect(sentence).toMatch(/^[A-Z].{10,}\.$/);
        expect(refusalText(refusal)).not.toMatch(/undefined|\[object/);
      }
    }
  });

  it("uses codes that answers and exit codes know", () => {
    for (const code of Object.keys(refusalKinds)) expect(Object.hasOwn(errorCodes, code)).toBe(true);
    const predictions = Object.entries(refusalKinds).filter(([, kind]) => kind === "prediction");
    expect(predictions.map(([code]) => code).toSorted()).toEqual(predictionCodes.toSorted());
  });
});

const region = fc.constantFrom("westeurope", "northeurope", "eastus", "chinanorth3", "swedencentral", "lostregion");
const source = fc.option(
  fc.record({
    region,
    geography: fc.constantFrom("Europe", "United States", "Sweden", "China"),
    subscriptionId: fc.option(fc.constantFrom(sub1, sub2), { nil: undefined }),
  }),
  { nil: undefined },
);
const anyBackup: fc.Arbitrary<BackupFacts> = fc.record({
  keyName: fc.constant("pay"),
  keyType: fc.constantFrom("RSA", "EC-HSM", undefined),
  source,
  bytes: fc.constantFrom("sound", "damaged", "missing", "unverified"),
  header: fc.constantFrom("vault", "managed-hsm", "unrecognised"),
  breaks: fc.array(fc.constant(broken), { maxLength: 1 }),
});
const nameState: fc.Arbitrary<NameState> = fc.constantFrom<NameState>(
  { is: "not-looked-up" },
  { is: "free" },
  other,
  { is: "taken", proof: proven },
  { is: "soft-deleted", deleted: { purgeable: false } },
);
const anyTarget: fc.Arbitrary<TargetFacts> = fc.record({
  name: fc.constant("kv-pay"),
  region,
  subscriptionId: fc.constantFrom(sub1, sub2),
  sku: fc.constantFrom("standard", "premium"),
  kind: fc.constantFrom("vault", "managed-hsm"),
  observed: fc.option(fc.record({ region: fc.option(region, { nil: undefined }) }), { nil: undefined }),
  keyName: nameState,
});
const anyOptions: fc.Arbitrary<GuardOptions> = fc.record({
  regions: fc.constant(regionTable),
  observedRegion: fc.constantFrom("warn", "require"),
  attempt: fc.subarray(alone.map(([, , code]) => code)),
});

/** The policy, said a second time and in another way than the guard says it. */
function isForbidden({ source: from_, bytes, header }: BackupFacts, to: TargetFacts): boolean {
  if (bytes === "damaged" || bytes === "missing") return true;
  if (header === "vault" ? to.kind !== "vault" : header === "managed-hsm" && to.kind !== "managed-hsm") return true;
  const homes = from_ ? [from_.geography, geographyOf(from_.region, regionTable)?.geography] : [];
  const ends = [to.region, to.observed?.region].map((name) => name && geographyOf(name, regionTable)?.geography);
  const known = (names: readonly (string | undefined)[]) => names.filter((name) => name !== undefined && name !== "");
  return ends[0] === undefined || known(homes).some((home) => known(ends).some((end) => end !== home));
}

const holds = { failed: false, counterexample: null };

describe("whatever the facts", () => {
  it("never allows what a policy forbids, whatever is attempted", () => {
    const property = fc.property(
      anyBackup,
      anyTarget,
      anyOptions,
      (some, to, how) => !isForbidden(some, to) || !guardRestore(some, to, how).allowed,
    );
    expect(fc.check(property, { numRuns: 5_000 })).toMatchObject(holds);
  });

  it("meets allowed and forbidden cases alike", () => {
    const cases = fc.sample(fc.tuple(anyBackup, anyTarget, anyOptions), { numRuns: 20_000, seed: 1 });
    const allowed = cases.filter(([some, to, how]) => guardRestore(some, to, how).allowed);
    expect(allowed.length).toBeGreaterThan(50);
    expect(cases.filter(([some, to]) => !isForbidden(some, to)).length).toBeGreaterThan(500);
  });

  it("lets attempts take away predictions, those that are named and no other", () => {
    const property = fc.property(anyBackup, anyTarget, anyOptions, (some, to, how) => {
      const strict = guardRestore(some, to, { ...how, attempt: [] });
      const tried = guardRestore(some, to, how);
      const all = strict.allowed ? [] : strict.refusals;
      const named = new Set<string>(how.attempt);
      const isTaken = ({ code, kind }: Refusal): boolean => kind === "prediction" && named.has(code);
      expect(tried.attempted).toEqual(all.filter(isTaken));
      expect(tried.allowed ? [] : tried.refusals).toEqual(all.filter((refusal) => !isTaken(refusal)));
    });
    expect(fc.check(property, { numRuns: 2_000 })).toMatchObject(holds);
  });

  it.each([...regionTable.values()].flatMap(({ name, geography }) => (geography === null ? [] : [[name, geography]])))(
    "allows a restore within %s",
    (name, geography) => {
      const place = { region: name, geography, subscriptionId: sub1 };
      const change = { backup: { source: place }, target: { region: name, observed: { region: name } } };
      expect(codesOf(change)).toEqual([]);
    },
  );
});
