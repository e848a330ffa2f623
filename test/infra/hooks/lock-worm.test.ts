import { spawnSync } from "node:child_process";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { HookRunner, type Answer, type RunOptions } from "./hook-runner.ts";

const runner = new HookRunner();
afterAll(() => runner.remove());

const subscription = "00000000-0000-0000-0000-00000000000a";
const idOf = (name: string, group = "rg-(store)") =>
  `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Storage/storageAccounts/${name}`;
const eu = idOf("kbeu");
const place = `--resource-group rg-(store) --subscription ${subscription}`;
const list = (store = "kbeu") => `storage container-rm list --storage-account ${store}`;
const policy = (verb: string, container: string, store = "kbeu") =>
  `storage container immutability-policy ${verb} --account-name ${store} --container-name ${container}`;

const containers = (...names: string[]): Answer => ({ output: [...names, "$logs"].map((name) => ({ name })) });
const unlocked = (days: number): Answer => ({ output: policyBody("Unlocked", days) });
const locked = (days: number): Answer => ({ output: policyBody("Locked", days) });
const policyBody = (state: string, days: number) => ({
  etag: `"8da${days}"`,
  immutabilityPeriodSinceCreationInDays: days,
  state,
});
const run = (toLock: readonly unknown[] | string, args: readonly string[] = [], options: RunOptions = {}) => {
  const value = typeof toLock === "string" ? toLock : JSON.stringify(toLock);
  return runner.run("lock-worm.mjs", args, { env: { KEY_BACKUP_STORES_TO_LOCK: value }, ...options });
};
const locksIn = (calls: readonly string[]) => calls.filter((call) => call.includes("immutability-policy lock"));

describe("lock-worm locks", () => {
  it.each(["posix", "windows"] as const)(
    "each container that exists, after saying so, and reads it back, on %s",
    (platform) => {
      runner.answer({
        [list()]: containers("daily", "restores"),
        [policy("show", "daily")]: [unlocked(45), locked(45)],
        [policy("show", "restores")]: [unlocked(400), locked(400)],
        "storage container immutability-policy lock": {},
      });
      const { status, stdout, calls } = run([eu], [], { platform });
      expect({ status, calls }).toEqual({
        status: 0,
        calls: [
          `${list()} ${place} --output json`,
          `${policy("show", "daily")} ${place} --output json`,
          `${policy("show", "restores")} ${place} --output json`,
          `${policy("lock", "daily")} ${place} --if-match "8da45" --output none`,
          `${policy("lock", "restores")} ${place} --if-match "8da400" --output none`,
          `${policy("show", "daily")} ${place} --output json`,
          `${policy("show", "restores")} ${place} --output json`,
        ],
      });
      expect(stdout.trimEnd().split("\n")).toEqual([
        "lock-worm: kbeu/daily: to be locked for ever, for 45 days",
        "lock-worm: kbeu/restores: to be locked for ever, for 400 days",
        "lock-worm: kbeu/daily: lock taken",
        "lock-worm: kbeu/restores: lock taken",
        "lock-worm: kbeu/daily: is locked, for 45 days",
        "lock-worm: kbeu/restores: is locked, for 400 days",
      ]);
    },
  );

  it("what a deployment says is to be locked", () => {
    runner.answer({
      "deployment sub show": { output: { keY_BACKUP_STORES_TO_LOCK: { value: [eu] } } },
      [list()]: containers("daily"),
      [policy("show", "daily")]: [unlocked(45), locked(45)],
      [policy("lock", "daily")]: {},
    });
    const { status, calls } = run("", ["key-backups"]);
    expect(calls[0]).toBe("deployment sub show --name key-backups --query properties.outputs --output json");
    expect([status, locksIn(calls).length]).toEqual([0, 1]);
  });

  it("a store by its id, if told that it is for ever", () => {
    runner.answer({
      [list()]: containers("daily"),
      [policy("show", "daily")]: [unlocked(45), locked(45)],
      [policy("lock", "daily")]: {},
    });
    const { status, calls } = run("", [eu, "--yes-lock-forever"]);
    expect([status, locksIn(calls).length]).toEqual([0, 1]);
  });

  it("only what is not locked already", () => {
    runner.answer({
      [list()]: containers("daily", "yearly"),
      [policy("show", "daily")]: locked(45),
      [policy("show", "yearly")]: [unlocked(2924), locked(2924)],
      [policy("lock", "yearly")]: {},
    });
    const { status, stdout, calls } = run([eu]);
    expect(status).toBe(0);
    expect(locksIn(calls)).toEqual([expect.stringContaining("--container-name yearly ")]);
    expect(stdout).toContain("kbeu/daily: is locked already, for 45 days");
  });

  it("a policy whose state comes as the service has it", () => {
    const { etag, ...properties } = policyBody("Unlocked", 45);
    runner.answer({
      [list()]: containers("daily"),
      [policy("show", "daily")]: [{ output: { etag, properties } }, locked(45)],
      [policy("lock", "daily")]: {},
    });
    expect(run([eu]).status).toBe(0);
  });
});

describe("lock-worm locks nothing", () => {
  it("when the template has nothing to lock", () => {
    runner.answer({});
    expect(run("[]")).toMatchObject({
      status: 0,
      stdout: "lock-worm: nothing to lock: worm is not 'locked'\n",
      calls: [],
    });
  });

  it("when all is locked", () => {
    runner.answer({ [list()]: containers("daily"), [policy("show", "daily")]: locked(45) });
    const { status, calls } = run([eu]);
    expect([status, calls.length]).toEqual([0, 2]);
  });

  it.each([[[eu, "--dry-run"]], [[eu, "--dry-run", "--yes-lock-forever"]], [["--dry-run"]]])("with %j", (args) => {
    runner.answer({ [list()]: containers("daily"), [policy("show", "daily")]: unlocked(45) });
    const { status, stdout, calls } = run([eu], args);
    expect([status, calls.length]).toEqual([0, 2]);
    expect(stdout).toBe("lock-worm: kbeu/daily: to be locked for ever, for 45 days\n");
  });

  it.each([
    ["prints nothing", {}],
    ["prints null", { output: "null\n" }],
  ])("in any store when a container has no policy: az %s", (_what, answer: Answer) => {
    runner.answer({
      [list("kbbr")]: containers("daily"),
      [policy("show", "daily", "kbbr")]: unlocked(45),
      [list()]: containers("daily", "monthly"),
      [policy("show", "daily")]: unlocked(45),
      [policy("show", "monthly")]: answer,
    });
    const { status, stdout, stderr, calls } = run([idOf("kbbr"), eu]);
    expect([status, locksIn(calls)]).toEqual([1, []]);
    expect(stdout).toContain("kbeu/monthly: has no immutability policy");
    expect(stderr).toContain("nothing was locked: a container has no policy");
  });

  it.each([
    ["a store is not found", { [list()]: { status: 3 } }, "kbeu: its containers could not be listed"],
    ["it is no store", { [list()]: containers() }, "kbeu has none of the containers daily"],
    ["its containers are not understood", { [list()]: { output: "{}" } }, "kbeu has none of the containers daily"],
    [
      "a policy can't be read",
      { [policy("show", "daily")]: { status: 1 } },
      "kbeu/daily: its policy could not be read",
    ],
    ["a policy has no period", { [policy("show", "daily")]: unlocked(0) }, "kbeu/daily: its policy was not understood"],
    [
      "a policy is in no known state",
      { [policy("show", "daily")]: { output: policyBody("Deleted", 4) } },
      "not understood",
    ],
    [
      "an etag could be a command",
      { [policy("show", "daily")]: { output: { ...policyBody("Unlocked", 4), etag: '"&calc"' } } },
      "not understood",
    ],
  ])("when %s", (_what, answers: Record<string, Answer>, said) => {
    runner.answer({ [list()]: containers("daily"), ...answers });
    const { status, stderr, calls } = run([eu]);
    expect([status, locksIn(calls)]).toEqual([1, []]);
    expect(stderr).toContain(said);
  });

  it.each([
    ["no JSON", "[", "KEY_BACKUP_STORES_TO_LOCK is not JSON"],
    ["no list", "{}", "KEY_BACKUP_STORES_TO_LOCK is not what the template puts out"],
    ["no text", "[7]", "no resource id of a storage account"],
    ["another type", JSON.stringify([eu.replace("Storage/", "Web/")]), "no resource id of a storage account"],
    ["more than an account", JSON.stringify([`${eu}/blobServices/default`]), "no resource id of a storage account"],
    ["a group like an option", JSON.stringify([idOf("kbeu", "--debug")]), "no resource id of a storage account"],
    ["a good one and a bad one", JSON.stringify([eu, "/subscriptions/x"]), "no resource id of a storage account"],
  ])("when told to lock %s", (_what, toLock, said) => {
    runner.answer({});
    const { status, stderr, calls } = run(toLock);
    expect({ status, calls }).toEqual({ status: 1, calls: [] });
    expect(stderr).toContain(said);
  });

  it.each([
    ["a store without --yes-lock-forever", [eu], "not locked; add --yes-lock-forever if you mean it"],
    ["neither a store nor azd", [], "KEY_BACKUP_STORES_TO_LOCK is not set"],
    ["two stores", [eu, eu, "--yes-lock-forever"], "usage: "],
    ["an unknown option", [eu, "--yes"], "usage: "],
  ])("with exit code 2 at %s", (_what, args, said) => {
    runner.answer({});
    const { status, stderr, calls } = run("", args);
    expect({ status, calls }).toEqual({ status: 2, calls: [] });
    expect(stderr).toContain(said);
  });
});

describe("lock-worm fails", () => {
  it.each([
    ["the lock is refused", [unlocked(45), unlocked(45)], { status: 1 }, "kbeu/daily: lock refused"],
    ["the lock was taken and is not there", [unlocked(45), unlocked(45)], {}, "kbeu/daily: is NOT locked"],
    ["the policy is gone afterwards", [unlocked(45), {}], {}, "kbeu/daily: is NOT locked"],
    ["it can't be read back", [unlocked(45), { status: 1 }], {}, "kbeu/daily: its policy could not be read"],
  ])("when %s, and goes on with the others", (_what, daily: Answer[], lock: Answer, said) => {
    runner.answer({
      [list()]: containers("daily", "monthly"),
      [policy("show", "daily")]: daily,
      [policy("show", "monthly")]: [unlocked(434), locked(434)],
      [policy("lock", "daily")]: lock,
      [policy("lock", "monthly")]: {},
    });
    const { status, stdout } = run([eu]);
    expect(status).toBe(1);
    expect(stdout).toContain(said);
    expect(stdout).toContain("kbeu/monthly: is locked, for 434 days");
  });
});

it.each([
  ["parentheses", '"az "x" rg-(store)"'],
  ["a variable", '"az "%PATH%""'],
  ["two commands", '"az "x" & calc"'],
  ["a quote that is not closed", '"az "x"'],
])("the stand-in of cmd refuses %s that a shell would act on", (_what, line) => {
  const ran = spawnSync(path.join(runner.bin, "cmd.exe"), ["/d", "/s", "/c", line], { encoding: "utf8" });
  expect(ran).toMatchObject({ status: 97, stdout: "" });
});
