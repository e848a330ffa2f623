import * as z from "zod";
import { geographyOf, unknownRegion } from "../geography/geography-rule.ts";
import { extendRegionTable, normalizeRegion, regionTable, type RegionTable } from "../geography/region-table.ts";
import { expecting, parseJson, schemaProblems } from "./json-setting.ts";
import { mustBe, withoutSecrets, type Reading } from "./problem.ts";
import { textOf, type Environment } from "./settings.ts";

const extraShape = z.record(
  z.string(),
  z.string(expecting("the name of a geography")),
  expecting('an object such as {"finlandcentral":"Finland"}'),
);

/** The table of regions with the operator's own. */
export function readRegions(env: Environment): Reading<RegionTable> {
  const setting = "KEY_BACKUP_EXTRA_REGIONS";
  const text = textOf(env, setting);
  if (text === undefined) return { value: regionTable, problems: [] };
  const json = parseJson(setting, text);
  if ("problem" in json) return { value: regionTable, problems: [json.problem] };
  const parsed = extraShape.safeParse(json.value);
  if (!parsed.success) return { value: regionTable, problems: schemaProblems(setting, parsed.error) };
  const { table, problems } = extendRegionTable(parsed.data);
  return { value: table, problems: problems.map((message) => ({ setting, message: withoutSecrets(message) })) };
}

/** The region that the app runs in, if it is told. */
export function readAppRegion(env: Environment, table: RegionTable): Reading<string | undefined> {
  const setting = "KEY_BACKUP_REGION";
  const text = textOf(env, setting);
  if (text === undefined) return { value: undefined, problems: [] };
  const message = regionProblem(text, table);
  return message === undefined
    ? { value: normalizeRegion(text), problems: [] }
    : { value: undefined, problems: [{ setting, message }] };
}

/** What to do about a region without a known geography; `undefined` when it has one. */
export function regionProblem(region: string, table: RegionTable): string | undefined {
  if (!/^[\w ()-]{1,60}$/.test(region)) return mustBe("the name of a region", region);
  if (geographyOf(region, table) !== undefined) return undefined;
  return `${unknownRegion(region, table)}: correct it, or add a region that is new with KEY_BACKUP_EXTRA_REGIONS.`;
}
