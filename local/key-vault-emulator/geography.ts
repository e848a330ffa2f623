import regions from "../../src/geography/regions.json" with { type: "json" };

const geographies = new Map<string, string | null>(regions.map((region) => [region.name, region.geography]));

/** `undefined` for a region that the table does not know, or knows no geography of. */
export function geographyOf(region: string): string | undefined {
  return geographies.get(region) ?? undefined;
}
