import * as z from "zod";
import type { KeepDays } from "./config.ts";
import { expecting, parseJson, schemaProblems } from "./json-setting.ts";
import type { Problem, Reading } from "./problem.ts";
import { textOf, type Environment } from "./settings.ts";

const setting = "KEY_BACKUP_KEEP_DAYS";
const longest = 36_500;

/** A tier is kept for longer than the period that it makes one recovery point of. */
const daily = expecting(`a whole number of days from 8 to ${longest}`);
const orOff = (least: number) => {
  const words = expecting(`0 (off) or a whole number of days from ${least} to ${longest}`);
  return z.int(words).refine((days) => days === 0 || (days >= least && days <= longest), words);
};

const keepDaysShape = z.strictObject(
  {
    daily: z.int(daily).min(8, daily).max(longest, daily).default(35),
    monthly: orOff(32).default(400),
    yearly: orOff(367).default(2555),
  },
  expecting('an object such as {"daily":35,"monthly":400,"yearly":2555}', ["daily", "monthly", "yearly"]),
);

const defaultKeepDays: KeepDays = keepDaysShape.parse({});

export function readKeepDays(env: Environment): Reading<KeepDays> {
  const text = textOf(env, setting);
  if (text === undefined) return { value: defaultKeepDays, problems: [] };
  const json = parseJson(setting, text);
  if ("problem" in json) return { value: defaultKeepDays, problems: [json.problem] };
  const parsed = keepDaysShape.safeParse(json.value);
  if (!parsed.success) return { value: defaultKeepDays, problems: schemaProblems(setting, parsed.error) };
  return { value: parsed.data, problems: orderProblems(parsed.data) };
}

function orderProblems(keep: KeepDays): Problem[] {
  const tiers = (["daily", "monthly", "yearly"] as const).filter((tier) => keep[tier] > 0);
  return tiers.slice(1).flatMap((tier, index) => {
    const shorter = tiers[index] ?? "daily";
    if (keep[tier] >= keep[shorter]) return [];
    const message = `must be at least the ${keep[shorter]} days of ${shorter}, not ${keep[tier]}: a longer tier keeps at least as long.`;
    return [{ setting: `${setting}.${tier}`, message }];
  });
}
