import { listed, mustBe, shown, type Problem, type Reading } from "./problem.ts";
import {
  auths,
  defaultSchedule,
  roles,
  signInIsChecked,
  type Auth,
  type Registration,
  type Role,
} from "./registration.ts";
import { parseSchedule } from "./schedule.ts";
import { textOf, type Environment } from "./settings.ts";

/** `app`: in Azure Functions. `command-line`: what only the app's host must guarantee is not asked for. */
export type Use = "app" | "command-line";

export interface HostingFacts {
  readonly env: Environment;
  readonly local: boolean;
  readonly use: Use;
}

/** Which functions there are, who may call them, and when they run. */
export function readHosting(facts: HostingFacts): Reading<Registration> {
  const role = choose(facts.env, "KEY_BACKUP_ROLE", roles, "backup");
  const auth = choose(facts.env, "KEY_BACKUP_AUTH", auths, "function-key");
  const schedule = readSchedule(facts, role.value);
  const hosted = facts.use === "app" && !facts.local ? hostedProblems(facts.env, role.value, auth.value) : [];
  return {
    value: { role: role.value, auth: auth.value, schedule: schedule.value },
    problems: [...role.problems, ...auth.problems, ...schedule.problems, ...hosted],
  };
}

/** One of the words, or the fallback when the setting is absent. */
export function choose<T extends string>(
  env: Environment,
  setting: string,
  words: readonly T[],
  fallback: T,
): Reading<T> {
  const text = textOf(env, setting);
  const value = text === undefined ? fallback : words.find((word) => word === text);
  if (value !== undefined) return { value, problems: [] };
  return { value: fallback, problems: [{ setting, message: mustBe(listed(words, "or"), text) }] };
}

function readSchedule({ env, use }: HostingFacts, role: Role): Reading<string> {
  const setting = "KEY_BACKUP_SCHEDULE";
  const text = textOf(env, setting);
  if (text === undefined) {
    const needed = use === "app" && role !== "restore";
    const message = mustBe(`an NCRONTAB expression in UTC, for instance ${defaultSchedule}`, undefined);
    return { value: defaultSchedule, problems: needed ? [{ setting, message }] : [] };
  }
  const result = parseSchedule(text);
  return result.ok
    ? { value: result.schedule.text, problems: [] }
    : { value: defaultSchedule, problems: [{ setting, message: result.message }] };
}

function hostedProblems(env: Environment, role: Role, auth: Auth): Problem[] {
  const problems: Problem[] = [];
  if (role === "all") {
    const message = '"all" is for local mode only: deploy one app as backup and another as restore.';
    problems.push({ setting: "KEY_BACKUP_ROLE", message });
  }
  if (role === "restore" && auth === "function-key") {
    const message = "must be entra for the role restore: a function key does not say who restores.";
    problems.push({ setting: "KEY_BACKUP_AUTH", message });
  }
  if (auth === "entra" && !signInIsChecked(env)) {
    const message =
      "is entra while App Service authentication is off (WEBSITE_AUTH_ENABLED is not True), so anybody could forge a sign-in: turn it on.";
    problems.push({ setting: "KEY_BACKUP_AUTH", message });
  }
  const zone = textOf(env, "WEBSITE_TIME_ZONE");
  if (zone !== undefined && zone !== "UTC") {
    const message = `moves the schedule to ${shown(zone)}, but it is read as UTC: remove it.`;
    problems.push({ setting: "WEBSITE_TIME_ZONE", message });
  }
  return problems;
}
