import { afterAll, beforeAll, expect, it } from "vitest";
import { planPath } from "../../src/catalog/paths.ts";
import { startEnvironment, type Environment } from "./environment.ts";
import { logged, manifestOf, waitForRun } from "./runs.ts";

let environment: Environment;

beforeAll(async () => {
  environment = await startEnvironment({
    vaults: ["lost-one", "lost-two"].map((name) => ({
      name,
      region: "westeurope",
      keys: [{ name: "key", type: "EC", count: 3 }],
    })),
    settings: { AzureFunctionsJobHost__functionTimeout: "00:00:06" },
  });
});
afterAll(() => environment.close());

it("messages that were never sent are sent by resumeRuns, once nobody can be at work any more", async () => {
  const first = await environment.startHost();
  const sending = environment.queues.hold(({ method, path }) => method === "POST" && path.endsWith("/messages"));
  const fired = first.fireTimer("nightlyBackup");
  await sending.caught();
  await Promise.all([first.kill("SIGKILL"), expect(fired).rejects.toThrow("fetch failed")]);
  sending.release();
  const [planned] = environment.blobs.passed().filter(({ path, status }) => path.includes("/plans/") && status === 201);
  const runId = /plans\/(.+)\.json$/.exec(planned?.path ?? "")?.[1] ?? "";
  expect(await environment.container("daily").stat(planPath(runId))).toBeDefined();

  const host = await environment.startHost();
  const state = async (): Promise<unknown> => (await host.fetch(`/api/runs/${runId}`)).json();
  await expect
    .poll(state, { timeout: 40_000, interval: 1_000 })
    .toMatchObject({ state: "stalled", vaultStates: { stalled: 2 } });
  expect(logged(host, "time slice 1")).toEqual([]);

  expect(await host.fireTimer("resumeRuns")).toEqual({ outcome: "succeeded" });
  expect(await waitForRun(host, runId)).toMatchObject({ trigger: "schedule", state: "succeeded" });
  for (const vault of ["lost-one", "lost-two"]) {
    expect(logged(host, `nobody works on ${vault}`)).toHaveLength(1);
    const { totals } = await manifestOf(environment, { vault, runId });
    expect(totals.counts).toMatchObject({ keys: 3, backedUp: 3 });
  }

  const sent = environment.queues.passed().filter(({ method }) => method === "POST").length;
  expect(await host.fireTimer("resumeRuns")).toEqual({ outcome: "succeeded" });
  expect(environment.queues.passed().filter(({ method }) => method === "POST")).toHaveLength(sent);
});
