import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { completedEvent, completedLineSchema } from "../../src/catalog/completed-line.ts";
import { manifestPath, planPath } from "../../src/catalog/paths.ts";
import type { SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { startEnvironment, unitedStates, type Environment } from "./environment.ts";
import { logged, manifestOf, startNight, waitForRun } from "./runs.ts";
import { backupCalls, createdOnce, expectSound } from "./soundness.ts";

let environment: Environment;
let host: SpawnedFunctionsHost;
let runId: string;

beforeAll(async () => {
  environment = await startEnvironment({
    vaults: [
      {
        name: "payments",
        region: "northeurope",
        sku: "premium",
        keys: [
          { name: "Signing", type: "EC", versions: 3 },
          { name: "wrapping", size: 3072 },
          { name: "hsm", type: "EC-HSM" },
          { name: "retired", enabled: false },
          { name: "website", managed: true },
          { name: "tenant", type: "EC", count: 30 },
        ],
      },
      { name: "retail", region: "eastus2", keys: [{ name: "store", type: "EC", count: 5 }] },
      { name: "liar", region: "eastus", configuredRegion: "westeurope", keys: [{ name: "archive" }] },
      { name: "nowhere", region: "japaneast", keys: [{ name: "stray" }] },
    ],
    emulator: { paging: "ragged" },
  });
  host = await environment.startHost();
  runId = await startNight(host);
  await waitForRun(host, runId);
});
afterAll(() => environment.close());

describe("a night", () => {
  it("goes from the timer by the queue to a manifest of every key", async () => {
    const { head, keys, totals } = await manifestOf(environment, { vault: "payments", runId });
    expect(head).toMatchObject({ run: { id: runId, trigger: "schedule" }, status: "succeeded", previous: [] });
    expect(totals.counts).toEqual({ keys: 35, backedUp: 34, unchanged: 0, skipped: 1, failed: 0, deleted: 0 });
    expect(keys.map(({ name }) => name)).toEqual(environment.emulator.vault("payments").keyNames().toSorted(byName));
    expect(keys.find(({ name }) => name === "Signing")?.versions).toEqual(
      environment.emulator.vault("payments").versionsOf("Signing").toReversed(),
    );
    expect(keys.find(({ name }) => name === "website")).toMatchObject({ outcome: "skipped" });
  });

  it("stores exactly the bytes that Backup Key answered, once, in every tier", async () => {
    const { keys } = await manifestOf(environment, { vault: "payments", runId });
    const answered = environment.emulator.vault("payments").requests();
    for (const { name, backup } of keys)
      expect(backup?.sha256).toBe(
        answered.find(({ op, key, status }) => op === "backup" && status === 200 && key === name)?.backupSha256,
      );
    expect([...backupCalls(environment, "payments").values()]).toEqual(Array.from({ length: 34 }, () => 1));
    for (const tier of ["daily", "monthly", "yearly"])
      expect(createdOnce(environment, runId).filter((path) => path.startsWith(`${tier}/blobs/payments/`))).toHaveLength(
        2 * 34,
      );
    await expectSound(environment, "payments");
  });

  it("keeps each geography in its own store", async () => {
    const american = await manifestOf(environment, { vault: "retail", runId, account: unitedStates.account });
    expect(american).toMatchObject({ head: { status: "succeeded" }, totals: { counts: { backedUp: 5 } } });
    await expectSound(environment, "retail", unitedStates.account);
    const paths = environment.blobs.passed().filter(({ status }) => status === 201);
    expect(paths.filter(({ path }) => path.includes("/retail/") && !path.startsWith("/usstore/"))).toEqual([]);
    expect(paths.filter(({ path }) => path.includes("/payments/") && !path.startsWith("/europestore/"))).toEqual([]);
  });

  it("refuses a vault that answers from another geography before its first backup", async () => {
    const { head, keys } = await manifestOf(environment, { vault: "liar", runId });
    expect(head).toMatchObject({ status: "failed", code: "observed-region-differs" });
    expect(keys).toEqual([]);
    expect(backupCalls(environment, "liar").size).toBe(0);
  });

  it("leaves out a vault without a store in its geography, and says so", async () => {
    expect(environment.emulator.vault("nowhere").requests()).toEqual([]);
    expect(logged(host, "vault nowhere is refused")).toHaveLength(1);
    const health: unknown = await (await host.fetch("/api/health")).json();
    expect(health).toMatchObject({ state: "unhealthy", refused: [{ vault: "nowhere" }] });
  });

  it("logs one line a vault, with the manifest's hash", async () => {
    const lines = logged(host, completedEvent).map(({ message }) =>
      completedLineSchema.parse(JSON.parse(message.slice(completedEvent.length))),
    );
    expect(lines.map(({ vault }) => vault).toSorted()).toEqual(["liar", "payments", "retail"]);
    const blob = await environment.container("daily").stat(manifestPath("payments", runId));
    expect(lines.find(({ vault }) => vault === "payments")?.manifests).toContainEqual({
      tier: "daily",
      path: manifestPath("payments", runId),
      sha256: blob?.facts["sha256"],
    });
  });

  it("meets its own plan when the timer fires again, and does nothing twice", async () => {
    const before = environment.blobs.passed().filter(({ status }) => status === 201).length;
    expect(await startNight(host)).toBe(runId);
    expect(logged(host, `run ${runId}: 0 vaults to back up`)).toHaveLength(1);
    expect(environment.blobs.passed().filter(({ status }) => status === 201)).toHaveLength(before);
    expect(await environment.container("daily").stat(planPath(runId))).toBeDefined();
  });
});

function byName(a: string, b: string): number {
  return a.toLowerCase() < b.toLowerCase() ? -1 : 1;
}
