import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/read-config.ts";
import { readRegistration } from "../../src/config/registration.ts";
import { aLocalEnvironment, anEnvironment } from "./environment.ts";

const fallback = { role: "backup", auth: "function-key", schedule: "0 0 2 * * *" };
const signedIn = { KEY_BACKUP_AUTH: "entra", WEBSITE_AUTH_ENABLED: "True" };

describe("readRegistration", () => {
  it.each<[string, Record<string, string>, Record<string, string>]>([
    ["falls back where nothing is set", {}, {}],
    [
      "falls back from what it can't read",
      { KEY_BACKUP_ROLE: "x", KEY_BACKUP_AUTH: "x", KEY_BACKUP_SCHEDULE: "x" },
      {},
    ],
    ["falls back from a schedule with gaps", { KEY_BACKUP_SCHEDULE: "0 0 2 * * 1" }, {}],
    [
      "takes role, sign-in and schedule",
      { KEY_BACKUP_ROLE: "restore", ...signedIn },
      { role: "restore", auth: "entra" },
    ],
    ["takes a schedule", { KEY_BACKUP_SCHEDULE: " 0 15  3 * * *" }, { schedule: "0 15 3 * * *" }],
    ["asks for the function key where nothing checks the sign-in", { KEY_BACKUP_AUTH: "entra" }, {}],
    ["takes entra in local mode", { KEY_BACKUP_AUTH: "entra", KEY_BACKUP_LOCAL: "true" }, { auth: "entra" }],
    ["works with the rest broken", { KEY_BACKUP_VAULTS: "{", KEY_BACKUP_ROLE: "all" }, { role: "all" }],
  ])("%s", (_case, env, expected) => {
    expect(readRegistration(env)).toEqual({ ...fallback, ...expected });
  });

  it.each([
    ["an app in Azure", anEnvironment({ ...signedIn, KEY_BACKUP_ROLE: "restore" })],
    ["local mode", aLocalEnvironment({ KEY_BACKUP_ROLE: "all", KEY_BACKUP_SCHEDULE: "0 0 */4 * * *" })],
  ])("agrees with the configuration of %s", (_case, env) => {
    expect(readConfig(env)).toMatchObject({ ok: true, config: readRegistration(env) });
  });
});
