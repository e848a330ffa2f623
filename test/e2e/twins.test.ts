import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { chainTips, listManifests } from "../../src/catalog/manifest-list.ts";
import { manifestPath } from "../../src/catalog/paths.ts";
import type { SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { startEnvironment, type Environment } from "./environment.ts";
import type { GateRequest } from "./gate.ts";
import { logged, manifestOf, requestRun, startNight, waitForRun } from "./runs.ts";
import { createdOnce, expectSound } from "./soundness.ts";

const keyCount = 12;
let environment: Environment;
let host: SpawnedFunctionsHost;
/** An instance takes no further message while it works on a vault. */
let otherHost: SpawnedFunctionsHost;

beforeAll(async () => {
  const keys = [{ name: "twin", type: "EC" as const, count: keyCount }];
  environment = await startEnvironment({ vaults: [{ name: "twins", region: "westeurope", keys }] });
  [host, otherHost] = await Promise.all([environment.startHost(), environment.startHost()]);
});
afterEach(() => environment.blobs.releaseAll());
afterAll(() => environment.close());

const putsOf =
  (ending: RegExp) =>
  ({ method, path }: GateRequest): boolean =>
    method === "PUT" && ending.test(path);

describe("two runs at once on one vault", () => {
  it("both complete, nothing is overwritten, and the next run joins both ends of the chain", async () => {
    const firstPuts = environment.blobs.hold(putsOf(/\.backup$/));
    const requested = await requestRun(host, "twins");
    await firstPuts.caught();
    const nightly = await startNight(host);
    await firstPuts.caught(2 * keyCount);
    const lastPuts = environment.blobs.hold(putsOf(/\/daily\/manifests\//));
    firstPuts.release();
    await lastPuts.caught(2);
    lastPuts.release();

    const both = [requested, nightly].toSorted();
    for (const runId of both) {
      expect(await waitForRun(host, runId)).toMatchObject({ state: "succeeded" });
      const { keys, head } = await manifestOf(environment, { vault: "twins", runId });
      expect(keys).toHaveLength(keyCount);
      expect(head.previous).toEqual([]);
      expect(createdOnce(environment, runId).filter((path) => path.startsWith("daily/blobs/"))).toHaveLength(
        2 * keyCount,
      );
    }
    const third = await requestRun(host, "twins");
    await waitForRun(host, third);
    const { head } = await manifestOf(environment, { vault: "twins", runId: third });
    expect(head.previous.map(({ runId }) => runId).toSorted()).toEqual(both);
    await expectSound(environment, "twins");
    const tips = chainTips(await listManifests(environment.container("daily"), "twins"));
    expect(tips.map(({ runId }) => runId)).toEqual([third]);
  });
});

describe("a message that is delivered twice", () => {
  it("at the same time stores every key once and writes one manifest", async () => {
    const held = environment.blobs.hold(putsOf(/\.backup$/));
    const runId = await requestRun(host, "twins");
    await held.caught();
    await deliverAgain(runId);
    await held.caught(2 * keyCount);
    // Each blob is one delivery's; both then describe it, and the one that lost may be the first to do so.
    const entries = environment.blobs.hold(putsOf(/keys\/[^/]+\.json$/));
    held.release();
    await entries.caught(2 * keyCount);
    entries.release();
    await waitForRun(host, runId);
    await expectQueueEmpty();
    expect(createdOnce(environment, runId).filter((path) => path.startsWith("daily/blobs/"))).toHaveLength(
      2 * keyCount,
    );
    const { keys, totals } = await manifestOf(environment, { vault: "twins", runId });
    expect(keys).toHaveLength(keyCount);
    expect(totals.status).toBe("succeeded");
    expect(loggedByEither(`VaultBackupCompleted {"runId":"${runId}"`)).toBe(1);
    await expectSound(environment, "twins");
  });

  it("after the run's end finds the work done", async () => {
    const runId = await requestRun(host, "twins");
    await waitForRun(host, runId);
    await expectQueueEmpty();
    const before = createdOnce(environment, runId);
    const manifest = await environment.container("daily").stat(manifestPath("twins", runId));
    environment.emulator.vault("twins").resetRequests();
    await deliverAgain(runId);
    await expect.poll(() => loggedByEither("has its manifest already"), { timeout: 30_000 }).toBe(1);
    await expectQueueEmpty();
    expect(createdOnce(environment, runId)).toEqual(before);
    expect(await environment.container("daily").stat(manifestPath("twins", runId))).toEqual(manifest);
    expect(environment.emulator.vault("twins").requests()).toEqual([]);
  });
});

/** Sends the very message again that the app had sent. */
async function deliverAgain(runId: string): Promise<void> {
  const bodies = environment.queues.passed().map(({ body }) => /<MessageText>([^<]+)</.exec(String(body))?.[1] ?? "");
  const text = bodies.find((body) => Buffer.from(body, "base64").toString("utf8").includes(`"${runId}"`));
  expect(text).toBeDefined();
  await environment.queue().sendMessage(text!);
}

/** Every message was worked off, and none was given up. */
async function expectQueueEmpty(): Promise<void> {
  await expect
    .poll(async () => (await environment.queue().getProperties()).approximateMessagesCount, { timeout: 30_000 })
    .toBe(0);
  expect(loggedByEither("goes to vault-backups-poison")).toBe(0);
}

function loggedByEither(text: string): number {
  return logged(host, text).length + logged(otherHost, text).length;
}
