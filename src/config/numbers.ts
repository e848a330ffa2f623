import { mustBe, type Reading } from "./problem.ts";
import { textOf, type Environment } from "./settings.ts";

const defaultTimeLimitInMs = 600_000;

export function readRefreshDays(env: Environment): Reading<number> {
  const setting = "KEY_BACKUP_REFRESH_DAYS";
  const text = textOf(env, setting) ?? "0";
  if (/^\d{1,3}$/.test(text) && Number(text) <= 365) return { value: Number(text), problems: [] };
  return { value: 0, problems: [{ setting, message: mustBe("a whole number of days from 0 to 365", text) }] };
}

export function readLimitShare(env: Environment): Reading<number> {
  const setting = "KEY_BACKUP_LIMIT_SHARE";
  const text = textOf(env, setting) ?? "0.25";
  const share = /^\d*\.?\d+$/.test(text) ? Number(text) : 0;
  if (share > 0 && share <= 1) return { value: share, problems: [] };
  return { value: 0.25, problems: [{ setting, message: mustBe("a number over 0 and up to 1", text) }] };
}

/** The setting that replaces `functionTimeout` of host.json; without it, the 10 minutes that stand there. */
export function readFunctionTimeLimit(env: Environment): Reading<number> {
  const setting = "AzureFunctionsJobHost__functionTimeout";
  const text = textOf(env, setting);
  if (text === undefined) return { value: defaultTimeLimitInMs, problems: [] };
  const [, hours, minutes, seconds] = /^(\d{1,2}):([0-5]\d):([0-5]\d)$/.exec(text) ?? [];
  const value = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  if (value > 0) return { value, problems: [] };
  return { value: defaultTimeLimitInMs, problems: [{ setting, message: mustBe("a time limit as hh:mm:ss", text) }] };
}
