import { compareRegions } from "./geography-rule.ts";
import { normalizeRegion, type RegionTable } from "./region-table.ts";

export type ObservedRegionPolicy = "warn" | "require";

export type ObservedRegionVerdict =
  | { readonly allowed: true; readonly warning?: "region-differs" | "region-unverified" }
  | {
      readonly allowed: false;
      readonly code: "observed-region-differs" | "observed-region-unverified";
      readonly reason: string;
    };

export interface ObservedRegionFacts {
  readonly configured: string;
  /** What the vault's answers carried as `x-ms-keyvault-region`. */
  readonly observed: string | undefined;
  readonly policy: ObservedRegionPolicy;
  readonly table: RegionTable;
}

/**
 * Holds the region that a vault reports against the configured one. A region that the table does not know counts as
 * another geography. Another region of the same geography may be a failover, so it is refused only under `require`.
 */
export function judgeObservedRegion(facts: ObservedRegionFacts): ObservedRegionVerdict {
  const { configured, policy, table } = facts;
  const observed = facts.observed?.trim() ?? "";
  if (observed === "") {
    return policy === "warn"
      ? { allowed: true, warning: "region-unverified" }
      : unverified(`the vault does not say where it is; ${normalizeRegion(configured)} is configured`);
  }
  const verdict = compareRegions(configured, observed, table);
  if (!verdict.same) return { allowed: false, code: "observed-region-differs", reason: verdict.reason };
  if (normalizeRegion(configured) === normalizeRegion(observed)) return { allowed: true };
  return policy === "warn"
    ? { allowed: true, warning: "region-differs" }
    : unverified(`the vault answers from ${normalizeRegion(observed)}, ${normalizeRegion(configured)} is configured`);
}

function unverified(reason: string): ObservedRegionVerdict {
  return { allowed: false, code: "observed-region-unverified", reason };
}
