import { printable } from "../errors/key-backup-error.ts";
import { normalizeRegion, type RegionTable } from "./region-table.ts";

export type GeographyWarning = "dod-regions";

export type GeographyVerdict =
  | { readonly same: true; readonly geography: string; readonly warnings: readonly GeographyWarning[] }
  | {
      readonly same: false;
      readonly code: "region-unknown" | "cloud-differs" | "geography-differs";
      readonly reason: string;
    };

/** Learn makes them one geography; Key Vault's own page can be read as giving each a security world of its own. */
const doubtfulGeography = "US Department of Defense";

/** `undefined` when the region is not in the table, or is there without a geography: both are refused, never guessed. */
export function geographyOf(region: string, table: RegionTable): { geography: string; cloud: string } | undefined {
  const row = table.get(normalizeRegion(region));
  return row === undefined || row.geography === null ? undefined : { geography: row.geography, cloud: row.cloud };
}

/** Whether a backup may go from one region to the other. Symmetric in the two regions. */
export function compareRegions(a: string, b: string, table: RegionTable): GeographyVerdict {
  const [first, second] = [geographyOf(a, table), geographyOf(b, table)];
  if (first === undefined) return unknown(a, table);
  if (second === undefined) return unknown(b, table);
  const [nameA, nameB] = [normalizeRegion(a), normalizeRegion(b)];
  if (first.cloud !== second.cloud) {
    const reason = `${nameA} is in the cloud ${first.cloud}, ${nameB} in ${second.cloud}`;
    return { same: false, code: "cloud-differs", reason };
  }
  if (first.geography !== second.geography) {
    const reason = `${nameA} is in the geography ${first.geography}, ${nameB} in ${second.geography}`;
    return { same: false, code: "geography-differs", reason };
  }
  const doubtful = first.geography === doubtfulGeography && nameA !== nameB;
  return { same: true, geography: first.geography, warnings: doubtful ? ["dod-regions"] : [] };
}

/** Why a region has no geography, in words. */
export function unknownRegion(region: string, table: RegionTable): string {
  const shown = `"${printable(region, 60)}"`;
  const row = table.get(normalizeRegion(region));
  if (row === undefined) return `the region ${shown} is not in the table of regions`;
  if (row.category === "Logical") return `${shown} names an area, not a region that can hold a vault or a store`;
  return `no source states the geography of the region ${shown}`;
}

function unknown(region: string, table: RegionTable): GeographyVerdict {
  return { same: false, code: "region-unknown", reason: unknownRegion(region, table) };
}
