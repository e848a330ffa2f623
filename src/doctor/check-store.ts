import { judgeStore, replications } from "../geography/store-rule.ts";
import type { RegionTable } from "../geography/region-table.ts";
import type { StoreFacts } from "./facts.ts";
import { failed, good, hintOf, notProbed, warning, type Check, type Finding } from "./finding.ts";

/** Signatures and tokens fail at 15 minutes; ages and periods go wrong before that. */
const clockWarningInMs = 60_000;
const clockFailureInMs = 300_000;

/** A store by itself: its rights, its copies, and its clock. */
export function checkStore(facts: StoreFacts, table: RegionTable): readonly Finding[] {
  return [
    checkClock(facts),
    checkRight(facts, "store-read", "read"),
    checkRight(facts, "store-create", "create"),
    checkReplication(facts, table),
  ];
}

function checkClock({ url: subject, clockAheadInMs }: StoreFacts): Finding {
  const about = { subject, check: "clock" } as const;
  if (clockAheadInMs === undefined)
    return notProbed(about, "the store did not tell its time", "Mend what the other findings say of this store.");
  const offInMs = Math.abs(clockAheadInMs);
  const off = `this machine's clock is ${Math.round(offInMs / 1000)} s ${clockAheadInMs < 0 ? "behind" : "ahead of"} the store's`;
  const remedy = "Set this machine's clock (NTP): recovery points are chosen by time, and tokens are refused.";
  if (offInMs >= clockFailureInMs) return failed(about, "clock-skew", off, remedy);
  return offInMs >= clockWarningInMs
    ? warning(about, "clock-skew", off, remedy)
    : good(about, "this machine's clock and the store's agree");
}

/** One finding for a right over all containers; the first container that lacks it says why. */
function checkRight({ url: subject, containers }: StoreFacts, check: Check, right: "read" | "create"): Finding {
  const about = { subject, check };
  const without = containers.flatMap(({ name, [right]: probe }) => (probe === "permitted" ? [] : [{ name, probe }]));
  const [first] = without;
  const names = (those: readonly { readonly name: string }[]): string => those.map(({ name }) => name).join(", ");
  if (!first) return good(about, `${names(containers)} can ${right === "read" ? "be read" : "take new blobs"}`);
  const { code, message, hint } = first.probe;
  const reason = `${names(without)} can't ${right === "read" ? "be read" : "take new blobs"}: ${message}`;
  return without.every(({ name }) => name === "restores")
    ? warning(about, code, `${reason}. A restore would go on without its record`, hint)
    : failed(about, code, reason, hint);
}

function checkReplication({ url: subject, region, replication }: StoreFacts, table: RegionTable): Finding {
  const about = { subject, check: "replication" } as const;
  const known = replications.find((name) => name === replication);
  const code = "replication-leaves-geography";
  if (!known) return failed(about, code, `${replication} is not a known replication`, hintOf(code));
  const verdict = judgeStore({ vaultRegion: region, storeRegion: region, replication: known, table });
  if (verdict.allowed) return good(about, `${replication} keeps every copy in ${verdict.geography}`);
  const [first] = verdict.refusals;
  return failed(about, first?.code ?? code, first?.reason ?? "its region is unknown", hintOf(first?.code ?? code));
}
