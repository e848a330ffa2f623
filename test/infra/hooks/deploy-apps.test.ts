import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { HookRunner, type RunOptions } from "./hook-runner.ts";

const runner = new HookRunner();
afterAll(() => runner.remove());
beforeEach(() => {
  runner.putPackage(true);
  runner.answer({ "account show": {}, [deploying("fn-eu", "rg-eu")]: {}, [deploying("fn-br", "rg-br")]: {} });
});

const apps = [
  [{ role: "backup", resourceGroup: "rg-eu", name: "fn-eu", url: "https://x", geography: "Europe" }],
  [{ role: "backup", resourceGroup: "rg-br", name: "fn-br", url: "https://y", geography: "Brazil" }],
];
const deploying = (name: string, group: string) =>
  `functionapp deployment source config-zip --resource-group ${group} --name ${name}`;
const ending = "--src build/key-vault-backup.zip --build-remote false --output none";
const run = (args: readonly string[] = [], env: Record<string, string> = {}, options: RunOptions = {}) =>
  runner.run("deploy-apps.mjs", args, { env: { KEY_BACKUP_APPS: JSON.stringify(apps), ...env }, ...options });
const signedIn = "account show --output none";
const triesOf = (calls: readonly string[], name: string) =>
  calls.filter((call) => call.includes(`--name ${name} `)).length;

describe("deploy-apps brings the package", () => {
  it.each(["posix", "windows"] as const)("to every app of every stamp, on %s", (platform) => {
    const { status, stdout, calls } = run([], {}, { platform });
    expect({ status, calls }).toEqual({
      status: 0,
      calls: [signedIn, `${deploying("fn-eu", "rg-eu")} ${ending}`, `${deploying("fn-br", "rg-br")} ${ending}`],
    });
    expect(stdout).toContain("2 of 2 apps have the package");
  });

  it("in the subscription that azd works in", () => {
    const id = "00000000-0000-0000-0000-00000000000a";
    const { calls } = run([], { AZURE_SUBSCRIPTION_ID: id });
    expect(calls).toHaveLength(3);
    expect(calls.filter((call) => !call.includes(` --subscription ${id} `))).toEqual([]);
  });

  it("to the apps of a deployment, whose output's name comes in another case", () => {
    const outputs = { keY_BACKUP_APPS: { type: "Array", value: apps } };
    runner.answer({ "deployment sub show": { output: outputs }, "account show": {}, functionapp: {} });
    const { status, calls } = run(["key-backups"], { KEY_BACKUP_APPS: "", AZURE_SUBSCRIPTION_ID: "not used" });
    expect(status).toBe(0);
    expect(calls[0]).toBe("deployment sub show --name key-backups --query properties.outputs --output json");
    expect(calls.slice(1)).toEqual(expect.arrayContaining([signedIn, `${deploying("fn-br", "rg-br")} ${ending}`]));
  });

  it("again to one that refused it, after the others, and tells each failure", () => {
    runner.answer({
      "account show": {},
      functionapp: {},
      [deploying("fn-eu", "rg-eu")]: [{ status: 1 }, { status: 1 }, {}],
    });
    const { status, stdout, stderr, calls } = run();
    expect(status).toBe(0);
    expect(calls.map((call) => / --name (\S+)/.exec(call)?.[1])).toEqual([
      undefined,
      "fn-eu",
      "fn-br",
      "fn-eu",
      "fn-eu",
    ]);
    expect(stdout).toContain("fn-eu: try 1 failed, again in 0 s");
    expect(stdout).toContain("fn-eu: try 2 failed, again in 0 s");
    expect(stderr.match(/az says why/g)).toHaveLength(2);
  });

  it("to the others when one never takes it, says which, and fails", () => {
    runner.answer({ "account show": {}, functionapp: {}, [deploying("fn-eu", "rg-eu")]: { status: 1 } });
    const { status, stdout, calls } = run();
    expect(status).toBe(1);
    expect([triesOf(calls, "fn-eu"), triesOf(calls, "fn-br")]).toEqual([15, 1]);
    expect(stdout).toMatch(/1 of 2 apps have the package\n.*fn-eu in rg-eu has not\n$/);
    expect(stdout).toContain("fn-eu: try 15 failed\n");
  });

  it("to none with --dry-run, and calls nothing", () => {
    const { status, stdout, calls } = run(["--dry-run"]);
    expect({ status, calls }).toEqual({ status: 0, calls: [] });
    expect(stdout).toContain("would bring build/key-vault-backup.zip to fn-br in rg-br");
  });
});

describe("deploy-apps stops before it deploys", () => {
  const app = { resourceGroup: "rg", name: "fn-x" };
  it.each([
    ["no JSON", "[{", "KEY_BACKUP_APPS is not JSON"],
    ["no list", "{}", "it lists no apps"],
    ["an empty list", "[[]]", "it lists no apps"],
    ["nothing in it", "[[null]]", "app 1 has no resourceGroup that can be one; app 1 has no name"],
    ["a name of another type", JSON.stringify([[app, { ...app, name: 7 }]]), "app 2 has no name that can be one"],
    ["a name with a command", JSON.stringify([[{ ...app, name: "x&calc" }]]), "app 1 has no name that can be one"],
    ["a group like an option", JSON.stringify([[{ ...app, resourceGroup: "--debug" }]]), "app 1 has no resourceGroup"],
    ["a group with a quote", JSON.stringify([[{ ...app, resourceGroup: 'rg"' }]]), "app 1 has no resourceGroup"],
  ])("at %s", (_what, text, said) => {
    const { status, stderr, calls } = run([], { KEY_BACKUP_APPS: text });
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(stderr).toContain(said);
  });

  it("without the package", () => {
    runner.putPackage(false);
    const { status, stderr, calls } = run();
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(stderr).toContain("build/key-vault-backup.zip is missing; run: npm run package");
  });

  it("when az is not signed in", () => {
    runner.answer({ "account show": { status: 1 } });
    const { status, stderr, calls } = run();
    expect({ status, calls }).toEqual({ status: 1, calls: [signedIn] });
    expect(stderr).toContain("run: az login");
  });

  it("when there is no az", () => {
    const { status, stderr } = run([], { PATH: "" });
    expect({ status, stderr }).toEqual({ status: 1, stderr: "deploy-apps: az is not on the PATH\n" });
  });

  it.each([
    ["is not there", { status: 3 }, "deployment d could not be read"],
    ["failed", {}, "deployment d has no output KEY_BACKUP_APPS"],
    ["is another one", { output: { other: {} } }, "deployment d has no output KEY_BACKUP_APPS"],
    ["is not understood", { output: "<html>" }, "what az says of d is not JSON"],
  ])("when the deployment %s", (_what, answer, said) => {
    runner.answer({ "deployment sub show": answer });
    const { status, stderr, calls } = run(["d"]);
    expect([status, calls.length]).toEqual([1, 1]);
    expect(stderr).toContain(said);
  });

  it.each([
    ["no output of azd and no deployment", [], { KEY_BACKUP_APPS: "" }, "run by azd, or give the name"],
    ["two deployments", ["a", "b"], {}, "usage: "],
    ["an unknown option", ["--yes"], {}, "usage: "],
    ["a name that can't be one", ["a;b"], {}, "that is no name of a deployment"],
    ["a wait that is none", [], { KEY_BACKUP_HOOK_WAIT_SECONDS: "soon" }, "KEY_BACKUP_HOOK_WAIT_SECONDS"],
  ])("with exit code 2 at %s", (_what, args, env, said) => {
    const { status, stderr, calls } = run(args, env);
    expect({ status, calls }).toEqual({ status: 2, calls: [] });
    expect(stderr).toContain(said);
  });
});
