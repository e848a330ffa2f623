import type { Warning } from "../catalog/manifest.ts";
import type { Store, Vault } from "../catalog/store.ts";
import { judgeObservedRegion, type ObservedRegionPolicy } from "../geography/observed-region.ts";
import { normalizeRegion, type RegionTable } from "../geography/region-table.ts";
import { failed, good, hintOf, notProbed, warning, type Finding } from "./finding.ts";

export interface Place {
  readonly vault: Vault;
  readonly store: Pick<Store, "url" | "region" | "replication" | "geography">;
  readonly warnings: readonly Warning[];
}

/** Where the vault's backups go, and whether one disaster can take both. */
export function checkPlace({ vault, store, warnings }: Place): readonly Finding[] {
  const about = { subject: vault.name, check: "geography" } as const;
  const [doubt] = warnings;
  const pairing = doubt
    ? warning(about, doubt.code, doubt.message, "Restore one backup in the other region before you count on it.")
    : good(about, `${vault.region}, its store in ${store.region}: both in ${store.geography}`);
  const copies = { subject: vault.name, check: "replication" } as const;
  const isAlone = (store.replication === "LRS" || store.replication === "ZRS") && isSame(vault.region, store.region);
  if (!isAlone) return [pairing, good(copies, `a copy is kept outside of ${vault.region}`)];
  const message = `the vault and the only copy of its backups are both in ${store.region}`;
  const remedy = "Use geo-replication (GZRS) where the pair is in the geography, or a store in another region of it.";
  return [pairing, warning(copies, "one-region", message, remedy)];
}

/** The region that the vault's answers name, against the configured one. */
export function checkRegion(
  vault: Vault,
  observed: string | undefined,
  { policy, table }: { readonly policy: ObservedRegionPolicy; readonly table: RegionTable },
): Finding {
  const about = { subject: vault.name, check: "region" } as const;
  const verdict = judgeObservedRegion({ configured: vault.region, observed, policy, table });
  if (!verdict.allowed) return failed(about, verdict.code, verdict.reason, hintOf(verdict.code));
  if (verdict.warning === "region-differs") {
    const message = `the vault answers from ${observed}, ${vault.region} is configured`;
    return warning(
      about,
      verdict.warning,
      message,
      "A failover passes by itself; otherwise correct the vault's region.",
    );
  }
  if (verdict.warning === "region-unverified") {
    const remedy = "Look for a proxy that removes x-ms-keyvault-region from the vault's answers.";
    return warning(about, verdict.warning, "the vault's answers do not say where it is", remedy);
  }
  return good(about, `the vault answers from ${observed}, as configured`);
}

export const regionNotProbed = (vault: Vault): Finding =>
  notProbed({ subject: vault.name, check: "region" }, "the vault did not answer", "Mend the way to the vault first.");

const isSame = (a: string, b: string): boolean => normalizeRegion(a) === normalizeRegion(b);
