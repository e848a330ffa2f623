import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { backupPath } from "../../src/catalog/paths.ts";
import type { FaultRule } from "../../local/key-vault-emulator/emulator.ts";
import type { SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { startEnvironment, type Environment } from "./environment.ts";
import { logged, manifestOf, requestRun, waitForRun } from "./runs.ts";
import { createdOnce, expectSound } from "./soundness.ts";

const listing = { op: "list" } as const;
const firewall = { status: 403, code: "Forbidden", innererror: "ForbiddenByFirewall" } as const;
const poison = "goes to vault-backups-poison";

let environment: Environment;
let host: SpawnedFunctionsHost;

beforeAll(async () => {
  const keys = [{ name: "key", type: "EC" as const, count: 30 }];
  environment = await startEnvironment({
    vaults: ["away", "closed", "half"].map((name) => ({ name, region: "westeurope", keys })),
    settings: {
      KEY_BACKUP_LIMIT_SHARE: "0.2",
      FUNCTIONS_HOST_QUEUE_LEASE: "4",
      AzureFunctionsJobHost__extensions__queues__visibilityTimeout: "00:00:01",
    },
  });
  host = await environment.startHost();
});
afterEach(() => environment.blobs.releaseAll());
afterAll(() => environment.close());

const fault = (vault: string, ...rules: readonly FaultRule[]): void =>
  environment.emulator.vault(vault).addFaults(rules);

describe("a vault that can't be reached", () => {
  it("for four deliveries costs the run nothing", async () => {
    // One delivery tries four times before it gives a broken connection up.
    fault(
      "away",
      { match: listing, times: 4, fault: { reset: "before" } },
      { match: listing, times: 3, fault: firewall },
    );
    const runId = await requestRun(host, "away");
    expect(await waitForRun(host, runId)).toMatchObject({ state: "succeeded" });
    const failures = host.logs().filter(({ level, message }) => level === "error" && message.startsWith("vault-"));
    expect(failures.map(({ message }) => message.split(":")[0])).toEqual([
      "vault-unreachable",
      "vault-forbidden-firewall",
      "vault-forbidden-firewall",
      "vault-forbidden-firewall",
    ]);
    const { totals } = await manifestOf(environment, { vault: "away", runId });
    expect(totals.counts).toMatchObject({ keys: 30, backedUp: 30 });
    expect(logged(host, poison)).toEqual([]);
  });

  it("for five is given up with a manifest that names every key it had", async () => {
    const good = await requestRun(host, "closed");
    await waitForRun(host, good);
    const before = await manifestOf(environment, { vault: "closed", runId: good });
    fault("closed", { match: listing, fault: firewall });
    const runId = await requestRun(host, "closed");
    expect(await waitForRun(host, runId)).toMatchObject({ state: "failed", vaults: [{ code: "run-abandoned" }] });
    expect(logged(host, poison)).toHaveLength(1);

    const { head, keys, totals } = await manifestOf(environment, { vault: "closed", runId });
    expect(head).toMatchObject({ status: "failed", code: "run-abandoned", previous: [{ runId: good }] });
    expect(totals.counts).toMatchObject({ keys: 30, backedUp: 0, failed: 30 });
    expect(keys.map(({ name, backup }) => [name, backup])).toEqual(
      before.keys.map(({ name, backup }) => [name, backup]),
    );
    expect(createdOnce(environment, runId)).toEqual([
      `daily/manifests/closed/${runId}.jsonl`,
      `daily/plans/${runId}.json`,
    ]);
    await expectSound(environment, "closed");

    environment.emulator.vault("closed").clearFaults();
    const next = await requestRun(host, "closed");
    expect(await waitForRun(host, next)).toMatchObject({ state: "succeeded" });
    const after = await manifestOf(environment, { vault: "closed", runId: next });
    expect(after.head.previous.map((one) => one.runId)).toEqual([runId]);
  });

  it("from the middle of a run on: what was stored stays, the rest has failed with its last backup", async () => {
    const good = await requestRun(host, "half");
    await waitForRun(host, good);
    const before = await manifestOf(environment, { vault: "half", runId: good });
    const ninth = environment.blobs.hold(({ method, path }) => method === "PUT" && path.endsWith(".backup"), 9);
    const runId = await requestRun(host, "half");
    await ninth.caught();
    await host.kill("SIGKILL");
    ninth.release();
    fault("half", { match: listing, fault: firewall });
    host = await environment.startHost();

    expect(await waitForRun(host, runId)).toMatchObject({ state: "partial", vaults: [{ code: "run-abandoned" }] });
    const { keys, totals } = await manifestOf(environment, { vault: "half", runId });
    expect(totals.counts).toMatchObject({ keys: 30, backedUp: 8, failed: 22 });
    for (const { name, outcome, backup } of keys) {
      const last = before.keys.find((key) => key.name === name)?.backup;
      const stored = backup?.path === backupPath("half", runId, name);
      expect([name, outcome, stored ? "new" : backup]).toEqual([name, outcome, outcome === "backed-up" ? "new" : last]);
    }
    await expectSound(environment, "half");
  });
});

describe("a message", () => {
  it.each([
    ["that is no JSON", "not a message"],
    ["of another version", '{"version":2,"runId":"20261124t020000z-1f3a9c","vault":"away"}'],
    [
      "for a vault that is not configured",
      '{"version":1,"runId":"20261124t020000z-1f3a9c","vault":"other","slice":1,"requestsPerSecond":1}',
    ],
    [
      "of a run without a plan",
      '{"version":1,"runId":"20260101t020000z-1f3a9c","vault":"away","slice":1,"requestsPerSecond":1}',
    ],
  ])("%s is consumed with one error in the log", async (_case, text) => {
    const codes = /^(bad-message|vault-not-configured|plan-missing): /;
    const errors = () => host.logs().filter(({ level, message }) => level === "error" && codes.test(message));
    const before = errors().length;
    const given = logged(host, poison).length;
    await environment.queue().sendMessage(Buffer.from(text).toString("base64"));
    await expect.poll(() => errors().length, { timeout: 30_000 }).toBe(before + 1);
    await expect
      .poll(async () => (await environment.queue().getProperties()).approximateMessagesCount, { timeout: 30_000 })
      .toBe(0);
    expect(errors()).toHaveLength(before + 1);
    expect(logged(host, poison)).toHaveLength(given);
  });
});
