import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { KeySeed } from "../../../local/key-vault-emulator/config.ts";
import { snapshot, type Resource } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";
import type { RunningApp } from "./app.ts";
import { firingAlerts, tracesOf } from "./audit.ts";
import { call } from "./call.ts";
import { openCloud, type Cloud } from "./cloud.ts";
import { ask, lastRun, manifestOf, runNight, waitForRun } from "./night.ts";
import { unpack } from "./package.ts";

const bicep = new BicepServer();
const packageDirectory = unpack();
let resources: readonly Resource[] = [];
beforeAll(async () => {
  resources = await snapshot(bicep, "infra/samples/small.bicepparam");
});
afterAll(() => {
  bicep.stop();
  rmSync(packageDirectory, { recursive: true });
});

const keys = (): readonly KeySeed[] => [
  { name: "order", versions: 3, rotationPolicy: { lifetimeActions: [], attributes: {} } },
  { name: "invoice", type: "EC" },
  { name: "page", count: 30 },
];

describe("the package in what the small sample deploys", () => {
  let cloud: Cloud;
  let app: RunningApp;
  beforeAll(async () => {
    cloud = await openCloud(resources, keys);
    app = await cloud.start(cloud.app("backup"), packageDirectory);
  });
  afterAll(() => cloud.close());

  it("registers what the backup app has, and nothing that restores", () => {
    const names = app.host.functions.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining(["nightlyBackup", "backupVault", "requestBackup"]));
    expect(names).not.toContain("runRestore");
  });

  it("has somebody told while no run was good yet", () => {
    expect(firingAlerts(resources, {})).toEqual(["vault-late-1", "no-manifest"]);
  });

  it("backs up every key of every vault in a night, and calls nobody else", async () => {
    const run = await runNight(cloud, app);
    expect(run).toMatchObject({ state: "succeeded", vaults: [{ state: "succeeded" }, { state: "succeeded" }] });
    const lines = app.host.logs().filter(({ message }) => message.startsWith("VaultBackupCompleted "));
    for (const { message } of lines) {
      expect(JSON.parse(message.slice("VaultBackupCompleted ".length))).toMatchObject({
        status: "succeeded",
        counts: { keys: 32, backedUp: 32 },
      });
    }
    expect(lines).toHaveLength(2);
    expect(cloud.gateway.strangers()).toEqual([]);
  });

  it("finds itself healthy, with a good run of each vault", async () => {
    const { status, text } = await ask(cloud, app, "/api/health");
    expect({ status, ...JSON.parse(text) }).toMatchObject({ status: 200, state: "healthy", vaults: 2, notGood: [] });
  });

  it("takes a run by hand at its public name, with the function key only", async () => {
    const url = `https://${app.app.host}/api/backups`;
    const body = JSON.stringify({ vaults: ["kv-shop-test"], reason: "first run" });
    expect(await call(cloud, url, { method: "POST", body })).toMatchObject({ status: 401 });
    expect(await call(cloud, `${url}?code=guessed`, { method: "POST", body })).toMatchObject({ status: 401 });
    const { status, text } = await call(cloud, `${url}?code=${app.host.key}`, { method: "POST", body });
    expect(status).toBe(202);
    expect(await waitForRun(cloud, app, JSON.parse(text).runId)).toMatchObject({ state: "succeeded" });
  });

  it("has nobody told of anything after that: each alert is silent on the logs of the night", () => {
    expect(cloud.audit.rows.AZKVAuditLogs.filter(({ OperationName }) => OperationName === "KeyBackup")).toHaveLength(
      96,
    );
    expect(firingAlerts(resources, { AppTraces: tracesOf(app), ...cloud.audit.rows })).toEqual([]);
  });

  it("was refused nothing, and was given nothing that it did not need", () => {
    const [principalId = ""] = app.app.identities.values();
    expect(cloud.rights.uses().filter(({ allowed }) => !allowed)).toEqual([]);
    expect(cloud.rights.unused(principalId)).toEqual([]);
    expect(new Set(cloud.rights.uses().map((use) => use.principalId))).toEqual(new Set([principalId]));
  });

  it("shows no token, and nothing that reads like one, in what it logs", () => {
    expect(app.host.logs().filter(({ message }) => /eyJ[\w-]{10}|Bearer/.test(message))).toEqual([]);
  });
});

describe("the package where rights come late", () => {
  it("ends the night well all the same: the queue tries again until they have arrived", async () => {
    const cloud = await openCloud(resources, () => [{ name: "order" }]);
    try {
      const app = await cloud.start(cloud.app("backup"), packageDirectory);
      const arrive = cloud.rights.delay("/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/rg-shop");
      expect(await app.host.fireTimer("nightlyBackup")).toEqual({ outcome: "succeeded" });
      await vi.waitFor(() => expect(refused(cloud).length).toBeGreaterThan(1), { timeout: 30_000 });
      arrive();
      expect(await lastRun(cloud, app)).toMatchObject({ state: "succeeded" });
      expect(refused(cloud).map(({ action }) => action)).toContain("Microsoft.KeyVault/vaults/keys/read");
      expect(firingAlerts(resources, { AppTraces: tracesOf(app), ...cloud.audit.rows })).toEqual([]);
    } finally {
      await cloud.close();
    }
  });
});

const refused = (cloud: Cloud) => cloud.rights.uses().filter(({ allowed }) => !allowed);

describe("the package where a right is missing", () => {
  const inACloudWithout = async (
    action: string,
    use: (cloud: Cloud, app: RunningApp) => Promise<void>,
  ): Promise<void> => {
    const cloud = await openCloud(
      resources.map((resource) => withoutAction(resource, action)),
      () => [{ name: "order" }],
    );
    try {
      await use(cloud, await cloud.start(cloud.app("backup"), packageDirectory));
    } finally {
      await cloud.close();
    }
  };

  it("fails the keys that it may not back up, and names the right", () =>
    inACloudWithout("keys/backup/action", async (cloud, app) => {
      const run = await runNight(cloud, app);
      expect(run).toMatchObject({ state: "failed" });
      const { keys: failed } = await manifestOf(cloud, "kv-shop-prod.vault.azure.net", run.runId);
      const told = firingAlerts(resources, { AppTraces: tracesOf(app), ...cloud.audit.rows });
      expect(told).toEqual(["vault-late-1", "keys-failed"]);
      expect(failed).toMatchObject([{ name: "order", outcome: "failed", code: "vault-forbidden-rbac" }]);
    }));

  it("starts no run that it can't write down, and names the store", () =>
    inACloudWithout("blobs/add/action", async (_cloud, app) => {
      const ended = await app.host.fireTimer("nightlyBackup");
      expect(ended).toMatchObject({
        outcome: "failed",
        error: expect.stringMatching(/^store-forbidden: .*create-only blob role/),
      });
    }));
});

function withoutAction(resource: Resource, action: string): Resource {
  if (resource.type !== "Microsoft.Authorization/roleDefinitions") return resource;
  const [permission] = resource.properties.permissions;
  const dataActions = permission.dataActions.filter((one: string) => !one.endsWith(action));
  return { ...resource, properties: { ...resource.properties, permissions: [{ ...permission, dataActions }] } };
}
