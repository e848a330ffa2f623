import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import { listFunctions } from "../../local/functions-host/spawn.ts";

vi.setConfig({ testTimeout: 60_000 });

const appDirectory = fileURLToPath(new URL("../..", import.meta.url));
const nightly = "0 15 3 * * *";

const http = (method: string, route: string) => ({
  type: "httpTrigger",
  authLevel: "function",
  methods: [method],
  route,
});
const queue = (queueName: string) => ({ type: "queueTrigger", queueName, connection: "AzureWebJobsStorage" });

/** By role, all that the app registers: a function that is missing here is one that nobody has decided to expose. */
const onBoth = {
  listRuns: http("GET", "runs"),
  getRun: http("GET", "runs/{runId}"),
  getHealth: http("GET", "health"),
  planRestore: http("POST", "restores/plan"),
};
const onBackup = {
  nightlyBackup: { type: "timerTrigger", schedule: nightly },
  resumeRuns: { type: "timerTrigger", schedule: "0 30 * * * *" },
  backupVault: queue("vault-backups"),
  abandonedVault: queue("vault-backups-poison"),
  requestBackup: http("POST", "backups"),
};
const onRestore = {
  runRestore: http("POST", "restores"),
};

const byRole = {
  backup: { ...onBoth, ...onBackup },
  restore: { ...onBoth, ...onRestore },
  all: { ...onBoth, ...onBackup, ...onRestore },
} as const;
type Role = keyof typeof byRole;
const roles: readonly Role[] = ["backup", "restore", "all"];

const local = { KEY_BACKUP_LOCAL: "on", KEY_BACKUP_SCHEDULE: nightly };

async function registered(env: Readonly<Record<string, string>>): Promise<Readonly<Record<string, object>>> {
  const functions = await listFunctions(appDirectory, env);
  return Object.fromEntries(functions.map(({ name, ...registration }) => [name, registration]));
}

const anonymous = (functions: Readonly<Record<string, object>>) =>
  Object.fromEntries(
    Object.entries(functions).map(([name, one]) => [
      name,
      "authLevel" in one ? { ...one, authLevel: "anonymous" } : one,
    ]),
  );

describe("the built app", () => {
  it.each(roles)("registers exactly the functions of the role %s", async (role) => {
    expect(await registered({ ...local, KEY_BACKUP_ROLE: role })).toEqual(byRole[role]);
  });

  it.each(roles)("lets App Service authentication stand before the role %s", async (role) => {
    const env = { ...local, KEY_BACKUP_ROLE: role, KEY_BACKUP_AUTH: "entra" };
    expect(await registered(env)).toEqual(anonymous(byRole[role]));
  });

  it.each(roles)("registers the functions of the role %s whatever else is wrong", async (role) => {
    const broken = {
      KEY_BACKUP_VAULTS: "[",
      KEY_BACKUP_STORES: "{}",
      KEY_BACKUP_KEEP_DAYS: "no",
      KEY_BACKUP_LOCAL: "?",
    };
    expect(await registered({ ...local, ...broken, KEY_BACKUP_ROLE: role })).toEqual(byRole[role]);
  });

  it("asks for a key where nothing checks who signs in", async () => {
    expect(await registered({ KEY_BACKUP_SCHEDULE: nightly, KEY_BACKUP_AUTH: "entra" })).toEqual(byRole.backup);
    const checked = { KEY_BACKUP_SCHEDULE: nightly, KEY_BACKUP_AUTH: "entra", WEBSITE_AUTH_ENABLED: "True" };
    expect(await registered(checked)).toEqual(anonymous(byRole.backup));
  });

  it("is a backup app at two o'clock when role and schedule can't be read", async () => {
    const schedule = "0 0 2 * * *";
    expect(await registered({ KEY_BACKUP_ROLE: "both", KEY_BACKUP_SCHEDULE: "never" })).toEqual({
      ...byRole.backup,
      nightlyBackup: { type: "timerTrigger", schedule },
    });
  });
});
