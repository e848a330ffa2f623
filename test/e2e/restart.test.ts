import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { listManifests, openManifest } from "../../src/catalog/manifest-list.ts";
import { spawnAzurite, type SpawnedAzurite } from "../../local/azurite/spawn.ts";
import { europe, startEnvironment, unitedStates, type Environment } from "./environment.ts";
import { manifestOf, requestRun, waitForLog, waitForRun } from "./runs.ts";
import { createdOnce, expectSound } from "./soundness.ts";

const keyCount = 20;
let directory: string;
let azurite: SpawnedAzurite;
let environment: Environment;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "key-vault-backup-"));
  azurite = await spawnAzurite({ directory, accounts: [europe.account, unitedStates.account] });
  environment = await startEnvironment({
    vaults: [{ name: "steady", region: "westeurope", keys: [{ name: "key", type: "EC", count: keyCount }] }],
    azurite: { ...azurite, close: async () => void (await azurite.stop()) },
    settings: { FUNCTIONS_HOST_QUEUE_LEASE: "4", KEY_BACKUP_LIMIT_SHARE: "0.1" },
  });
});
afterAll(async () => {
  await environment.close();
  await rm(directory, { recursive: true, force: true });
});

it("storage that goes away in the middle of a run, and comes back, costs no key", async () => {
  const host = await environment.startHost();
  const middle = environment.blobs.hold(({ method, path }) => method === "PUT" && path.endsWith(".backup"), 25);
  const runId = await requestRun(host, "steady");
  await middle.caught();
  await azurite.stop();
  middle.release();
  await waitForLog(host, "can't be read");
  await azurite.restart();

  await waitForRun(host, runId);
  const { head, totals } = await manifestOf(environment, { vault: "steady", runId });
  expect(totals.counts).toMatchObject({ keys: keyCount, backedUp: keyCount });
  // A longer tier need not wait for its storage: what it missed is due again, and the run says so.
  expect(head.warnings.filter(({ code }) => code !== "tier-not-stored")).toEqual([]);
  await waitForRun(host, await requestRun(host, "steady"));
  for (const tier of ["monthly", "yearly"] as const) {
    const container = environment.container(tier);
    const [newest] = await listManifests(container, "steady");
    const { keys } = await openManifest(container, newest!);
    expect(keys.filter(({ outcome, backup }) => outcome !== "failed" && backup)).toHaveLength(keyCount);
  }
  createdOnce(environment, runId);
  await expectSound(environment, "steady");
});
