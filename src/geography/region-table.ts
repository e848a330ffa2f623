import rows from "./regions.json" with { type: "json" };
import { extraRegion } from "./extra-region.ts";

/** A row of `regions.json`, or one that an operator added. */
export interface Region {
  /** Programmatic name, as ARM and Key Vault write it: `westeurope`. */
  readonly name: string;
  readonly displayName: string;
  /** `null` means that no source states one; it equals nothing, not even another `null`. */
  readonly geography: string | null;
  readonly cloud: string;
  /** Where geo-replicated storage puts its copy. Says nothing about the geography. */
  readonly pairedRegion: string | null;
  /** `Physical`, `EUAP`, `Stage`, `Logical`, `Unlaunched`, `Retired`; `Extra` for a row of the operator's own. */
  readonly category: string;
  /** Its geography is the operator's word (`KEY_BACKUP_EXTRA_REGIONS`), not the table's. */
  readonly operatorMade: boolean;
}

export type RegionTable = ReadonlyMap<string, Region>;

export const regionTable: RegionTable = new Map(rows.map((row) => [row.name, { ...row, operatorMade: false }]));

/** "West Europe" → "westeurope". */
export function normalizeRegion(text: string): string {
  return text.toLowerCase().replaceAll(/[^a-z0-9]/g, "");
}

/**
 * The table with an operator's regions (name → geography) added: regions that are new, and rows that had not opened when
 * the table was made. An entry that agrees with the table changes nothing; every other one is a problem and is left out.
 */
export function extendRegionTable(extra: Readonly<Record<string, string>>): { table: RegionTable; problems: string[] } {
  const table = new Map(regionTable);
  const problems: string[] = [];
  for (const [text, geography] of Object.entries(extra)) {
    const name = normalizeRegion(text);
    const result = extraRegion({ text, name, geography, row: table.get(name), table: regionTable });
    if (typeof result === "string") problems.push(result);
    else table.set(name, result);
  }
  return { table, problems };
}
