import { afterAll, beforeAll, expect, it } from "vitest";
import { vaultMessageSchema } from "../../src/catalog/vault-message.ts";
import type { SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { startEnvironment, type Environment } from "./environment.ts";
import { logged, manifestOf, requestRun, waitForRun } from "./runs.ts";
import { backupCalls, createdOnce, expectSound } from "./soundness.ts";

const keyCount = 80;
let environment: Environment;
let host: SpawnedFunctionsHost;

beforeAll(async () => {
  environment = await startEnvironment({
    vaults: [{ name: "large", region: "westeurope", keys: [{ name: "key", type: "EC", count: keyCount }] }],
    settings: {
      // A twentieth of the vault's limit: five keys a second, of which a slice of 7.2 seconds takes about 36.
      AzureFunctionsJobHost__functionTimeout: "00:00:09",
      KEY_BACKUP_LIMIT_SHARE: "0.05",
      KEY_BACKUP_KEEP_DAYS: '{"daily":35,"monthly":0,"yearly":0}',
    },
  });
  host = await environment.startHost();
});
afterAll(() => environment.close());

it("a vault too large for one time slice is gone on with, at no delivery's cost", async () => {
  const runId = await requestRun(host, "large");
  expect(await waitForRun(host, runId)).toMatchObject({ state: "succeeded" });
  const sent = environment.queues.passed().flatMap(({ body }) => {
    const text = /<MessageText>([^<]+)</.exec(String(body))?.[1];
    if (text === undefined) return [];
    const parsed = vaultMessageSchema.safeParse(JSON.parse(Buffer.from(text, "base64").toString("utf8")));
    return parsed.success ? [parsed.data] : [];
  });
  const slices = [...new Set(sent.map(({ slice }) => slice))];
  expect(slices.length).toBeGreaterThanOrEqual(3);
  expect(slices).toEqual(slices.map((_, index) => index + 1));
  expect(logged(host, "begins")).toHaveLength(slices.length);
  expect(logged(host, "goes to vault-backups-poison")).toEqual([]);

  const { keys, totals } = await manifestOf(environment, { vault: "large", runId });
  expect(totals.counts).toMatchObject({ keys: keyCount, backedUp: keyCount });
  expect(keys.map(({ name }) => name)).toEqual(environment.emulator.vault("large").keyNames().toSorted());
  expect(createdOnce(environment, runId)).toHaveLength(2 * keyCount + 2);
  expect([...backupCalls(environment, "large").values()]).toEqual(Array.from({ length: keyCount }, () => 1));
  await expectSound(environment, "large");
});
