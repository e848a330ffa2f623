import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { jsonSchemas } from "../../src/catalog/json-schemas.ts";
import { blobDays, longestPointerAgeInDays, tiers } from "../../src/catalog/tiers.ts";
import { errorCodes } from "../../src/errors/codes.ts";
import { readKeepDays } from "../../src/config/keep-days.ts";
import blobs from "../fixtures/format-1/blobs.json" with { type: "json" };

const { value: defaultKeepDays } = readKeepDays({});
const doc = readFileSync(new URL("../../docs/backup-format.md", import.meta.url), "utf8");

/** Names of all properties of a schema, at any depth. */
function propertiesOf(schema: unknown): readonly string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own =
    "properties" in schema && typeof schema.properties === "object" ? Object.keys(schema.properties ?? {}) : [];
  return [...own, ...Object.values(schema).flatMap(propertiesOf)];
}

describe("docs/backup-format.md", () => {
  it("names every code, with its hint", () => {
    const rows = doc.slice(doc.indexOf("## Codes")).matchAll(/^\| `([a-z-]+)` \| (.+) \|$/gm);
    const table = Object.fromEntries([...rows].map(([, code, hint]) => [code, hint]));
    expect(table).toEqual(Object.fromEntries(Object.entries(errorCodes).map(([code, { hint }]) => [code, hint])));
  });

  it.each([...jsonSchemas()])("names every field of %s", (_name, schema) => {
    const names = new Set(propertiesOf(schema));
    expect(names.size).toBeGreaterThan(3);
    const missing = [...names].filter(
      (name) => !new RegExp(`\`(?:[a-zA-Z]+(?:\\[\\])?\\.)?${name}(?:\\[\\])?[.\`]`).test(doc),
    );
    expect(missing).toEqual([]);
  });

  it("names all metadata of what version 1 stored", () => {
    const names = Object.values(blobs).flatMap(({ metadata }) => Object.keys(metadata));
    expect(names.filter((name) => !doc.includes(`\`${name}\``))).toEqual([]);
  });

  it("does the arithmetic of promise 4 as the code does", () => {
    const rows = [
      ...doc.matchAll(/^\| `(daily|monthly|yearly)`(?:, refresh days (\d+))? \| (\d+) \| (\d+) \| (\d+) \|$/gm),
    ];
    expect(rows).toHaveLength(4);
    for (const [, tier, refreshDays, manifestDays, pointerDays, days] of rows) {
      const of = tiers.find((each) => each === tier) ?? "daily";
      expect(Number(manifestDays)).toBe(defaultKeepDays[of]);
      expect(Number(pointerDays)).toBe(longestPointerAgeInDays(of, Number(refreshDays ?? 0)));
      expect(Number(days)).toBe(blobDays(of, defaultKeepDays, Number(refreshDays ?? 0)));
    }
  });
});
