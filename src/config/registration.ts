import { isLocal } from "./local-mode.ts";
import { parseSchedule } from "./schedule.ts";
import { textOf, type Environment } from "./settings.ts";

export const roles = ["backup", "restore", "all"] as const;
export type Role = (typeof roles)[number];

export const auths = ["function-key", "entra"] as const;
export type Auth = (typeof auths)[number];

export const defaultSchedule = "0 0 2 * * *";

/** What the functions are registered with. */
export interface Registration {
  readonly role: Role;
  readonly auth: Auth;
  readonly schedule: string;
}

/**
 * What registration needs, even when the rest is broken; loads no schema library. What can't be read falls back to
 * `backup`, `function-key` and two o'clock. So does `entra` where nothing checks the sign-in: no call is then anonymous.
 */
export function readRegistration(env: Environment = process.env): Registration {
  const role = roles.find((candidate) => candidate === textOf(env, "KEY_BACKUP_ROLE")) ?? "backup";
  const entra = textOf(env, "KEY_BACKUP_AUTH") === "entra" && (isLocal(env) || signInIsChecked(env));
  const schedule = parseSchedule(textOf(env, "KEY_BACKUP_SCHEDULE") ?? defaultSchedule);
  return {
    role,
    auth: entra ? "entra" : "function-key",
    schedule: schedule.ok ? schedule.schedule.text : defaultSchedule,
  };
}

/** App Service authentication is on. Without it, anybody could send `x-ms-client-principal` themselves. */
export function signInIsChecked(env: Environment): boolean {
  return textOf(env, "WEBSITE_AUTH_ENABLED")?.toLowerCase() === "true";
}
