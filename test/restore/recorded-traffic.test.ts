import { afterEach, describe, expect, it } from "vitest";
import { createFixedToken } from "../../src/azure/credential.ts";
import { createRestoreTarget } from "../../src/azure/restore-target.ts";
import type { RecoveryPoint } from "../../src/catalog/recovery-point.ts";
import { thumbprintOf } from "../../src/catalog/thumbprint.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import { regionTable } from "../../src/geography/region-table.ts";
import { createPacer } from "../../src/pacing/pacer.ts";
import type { RestoreContext, TargetVault } from "../../src/restore/context.ts";
import { explainFailure } from "../../src/restore/explain-failure.ts";
import { openTargetOnce } from "../../src/restore/opened-target.ts";
import { sendRestore, type Sent } from "../../src/restore/send-restore.ts";
import { empty, json, startScriptedServer, type Reply, type ScriptedServer } from "../azure/scripted-server.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { createSimulatedClock } from "../memory/simulated-clock.ts";
import recorded from "./recorded-restore.json" with { type: "json" };

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

const clock = createSimulatedClock("2022-11-09T17:19:10Z");
const { key, attributes } = recorded.restored;
const version = key.kid.split("/").at(-1) ?? "";
const headers = { "x-ms-keyvault-region": recorded.region };
const resourceId = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/keyvault-name";
const target: TargetVault = {
  name: "keyvault-name",
  host: "keyvault-name.vault.azure.net",
  region: recorded.region,
  subscriptionId: "s",
  resourceId,
  sku: "standard",
};
const store = {
  url: "https://store.example",
  region: recorded.region,
  replication: "LRS",
  geography: "United States",
  containers: { daily: createMemoryStore(clock), monthly: createMemoryStore(clock), yearly: createMemoryStore(clock) },
  restores: createMemoryStore(clock),
};
const thumbprint = thumbprintOf({ kty: key.kty, n: key.n, e: key.e }) ?? "";
const point: RecoveryPoint = {
  store,
  tier: "daily",
  vault: target.host,
  runId: "20221109t171904z-000000",
  createdAt: clock.now(),
  namedBy: "manifest",
  entry: {
    kind: "key",
    name: recorded.name,
    outcome: "backed-up",
    versions: [version],
    versionsCertain: true,
    thumbprint,
  },
  backupPath: "blobs/x",
};

/** The vault of the recording: answers to Restore Key in their order, reads by what has been restored by then. */
async function replay(...answers: readonly Reply[]): Promise<{ sent: Sent; restores: number; waitedInMs: number }> {
  const queue = [...answers];
  let isThere = false;
  const restored = json(200, recorded.restored, headers);
  server = await startScriptedServer((response, request) => {
    const path = new URL(request.target, "http://vault").pathname;
    if (request.headers.authorization === undefined)
      return empty(401, { ...headers, "www-authenticate": recorded.challenge })(response, request);
    if (path === "/keys/restore") {
      const answer = queue.shift() ?? restored;
      isThere ||= answer === restored;
      return answer(response, request);
    }
    if (path.startsWith("/deletedkeys/")) return json(404, recorded.deletedKeyNotFound, headers)(response, request);
    const versions = isThere ? [{ kid: key.kid, attributes }] : [];
    if (path.endsWith("/versions")) return json(200, { value: versions, nextLink: null }, headers)(response, request);
    return restored(response, request);
  });
  const opened = openTargetOnce(target, contextOf(server.url));
  const startedAt = clock.now().getTime();
  const sent = await sendRestore(point, Buffer.from("a backup"), opened, clock);
  const restores = server.seen.filter(
    ({ target: to, headers: asked }) => to.startsWith("/keys/restore") && asked.authorization !== undefined,
  ).length;
  return { sent, restores, waitedInMs: clock.now().getTime() - startedAt };
}

function contextOf(url: string): RestoreContext {
  return {
    clock,
    settings: {
      keepDays: { daily: 35, monthly: 0, yearly: 0 },
      observedRegion: "warn",
      regions: regionTable,
      toolVersion: "0.1.0",
    },
    stores: [store],
    openSecondary: () => undefined,
    targets: [target],
    openTarget: ({ host }) =>
      createRestoreTarget({
        url,
        host,
        credential: createFixedToken("t"),
        pacer: createPacer({ requestsPerSecond: 100, clock }),
        clock,
        local: true,
      }),
  };
}

describe("real traffic of a restore, replayed", () => {
  it("is refused with 409 right after the purge, and goes through five seconds later", async () => {
    const { sent, restores, waitedInMs } = await replay(json(409, recorded.restoreConflict, headers));
    expect(sent).toEqual({
      outcome: "restored",
      proof: { proven: true, newer: false, versions: 1, thumbprint },
    });
    expect(restores).toBe(2);
    expect(waitedInMs).toBeGreaterThanOrEqual(5_000);
    expect(waitedInMs).toBeLessThan(6_000);
  });

  it("is waited for a minute, and no longer", async () => {
    const conflicts = Array.from({ length: 20 }, () => json(409, recorded.restoreConflict, headers));
    const { sent, restores, waitedInMs } = await replay(...conflicts);
    expect(sent).toMatchObject({ outcome: "failed", error: { code: "key-name-taken" } });
    expect(restores).toBe(13);
    expect(waitedInMs).toBeLessThan(65_000);
  });

  it("says of a malformed backup what the service does not", async () => {
    const { sent, restores } = await replay(json(400, recorded.malformed, headers));
    expect(restores).toBe(1);
    expect(sent).toMatchObject({ outcome: "failed", error: { code: "backup-malformed" } });
    const error = sent.outcome === "failed" ? sent.error : new KeyBackupError("internal", "it should have failed");
    const { reason, hint } = explainFailure(error, point, target);
    expect(reason).toContain("400 Malformed backup blob Backup blob contains invalid or corrupt version.");
    expect(reason).toContain("No hash was recorded for these bytes");
    expect(hint).toContain("another recovery point");
  });
});
