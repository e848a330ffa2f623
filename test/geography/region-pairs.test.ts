import { expect, it } from "vitest";
import { compareRegions } from "../../src/geography/geography-rule.ts";
import { regionTable } from "../../src/geography/region-table.ts";
import rows from "../../src/geography/regions.json" with { type: "json" };

/** The rule once more, from the file alone: groups of names per cloud and geography. */
const groups = new Map<string, Set<string>>();
for (const row of rows.filter((candidate) => candidate.geography !== null)) {
  const key = `${row.cloud}/${row.geography}`;
  groups.set(key, (groups.get(key) ?? new Set()).add(row.name));
}

const pairs = rows.flatMap((a) => rows.map((b) => ({ a, b, verdict: compareRegions(a.name, b.name, regionTable) })));

const own = (...categories: string[]) =>
  pairs.filter(({ a, b }) => a.name === b.name && categories.includes(a.category));

it("judges every region against every other as the table says", () => {
  const together = (a: string, b: string) => [...groups.values()].some((group) => group.has(a) && group.has(b));
  const wrong = pairs.filter(({ a, b, verdict }) => verdict.same !== together(a.name, b.name));
  expect(wrong).toEqual([]);
  expect(pairs).toHaveLength(134 * 134);
  expect(groups.size).toBe(37);
  const expected = [...groups.values()].reduce((sum, group) => sum + group.size ** 2, 0);
  expect(pairs.filter(({ verdict }) => verdict.same)).toHaveLength(expected);
});

it("gives the reason that fits, for every pair that differs", () => {
  const expected = ({ a, b }: (typeof pairs)[number]) => {
    if (a.geography === null || b.geography === null) return "region-unknown";
    return a.cloud === b.cloud ? "geography-differs" : "cloud-differs";
  };
  const different = pairs.flatMap((pair) => (pair.verdict.same ? [] : [{ ...pair, code: pair.verdict.code }]));
  expect(different.filter((pair) => pair.code !== expected(pair))).toEqual([]);
});

it("gives every physical region its own geography, and no logical or unlaunched one any", () => {
  const physical = own("Physical", "EUAP");
  expect(physical).toHaveLength(73);
  for (const { a, verdict } of physical) expect(verdict).toEqual({ same: true, geography: a.geography, warnings: [] });
  const others = own("Logical", "Unlaunched");
  expect(others).toHaveLength(48);
  expect(others.filter(({ verdict }) => verdict.same)).toEqual([]);
});
