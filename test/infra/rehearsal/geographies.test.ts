import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { KeySeed } from "../../../local/key-vault-emulator/config.ts";
import regions from "../../../src/geography/regions.json" with { type: "json" };
import { snapshot, type Resource } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";
import { firingAlerts } from "./audit.ts";
import { call } from "./call.ts";
import { openCloud, type Cloud } from "./cloud.ts";
import { runCommandLine } from "./command-line.ts";
import { ask, runNight } from "./night.ts";
import { unpack } from "./package.ts";

const bicep = new BicepServer();
const packageDirectory = unpack();
afterAll(() => {
  bicep.stop();
  rmSync(packageDirectory, { recursive: true });
});

let resources: readonly Resource[] = [];
const keys = (vault: string): readonly KeySeed[] =>
  vault.endsWith("restored")
    ? []
    : [
        { name: "order", versions: 3, rotationPolicy: { lifetimeActions: [], attributes: {} } },
        { name: "invoice", type: "EC" },
        { name: "page", count: 10 },
      ];

describe("the package in what the sample with three geographies deploys", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    resources = grantElsewhere(await snapshot(bicep, "infra/samples/three-geographies.bicepparam"));
    cloud = await openCloud(resources, keys);
  });
  afterAll(() => cloud.close());

  it.each(["westeurope", "brazilsouth", "eastus2"])(
    "backs up every vault of %s, and touches nothing of another geography",
    async (region) => {
      const app = await cloud.start(cloud.app("backup", region), packageDirectory);
      const run = await runNight(cloud, app);
      const notGood = run.vaults.filter(({ state }) => state !== "succeeded");
      expect(notGood).toEqual([]);
      const [principalId = ""] = app.app.identities.values();
      const uses = cloud.rights.uses().filter((use) => use.principalId === principalId);
      expect(uses.filter(({ allowed }) => !allowed)).toEqual([]);
      const touched = new Set(uses.map(({ scope }) => scope.split("/")[8] ?? ""));
      expect([...touched].filter((name) => geographyOfName(cloud, name) !== geographyOf(region))).toEqual([]);
      expect(cloud.rights.unused(principalId)).toEqual([]);
      expect(cloud.gateway.strangers()).toEqual([]);
      await app.stop();
    },
  );

  it("lets in nobody without a token of the tenant, and nobody without the role", async () => {
    const app = await cloud.start(cloud.app("backup", "westeurope"), packageDirectory);
    const url = `https://${app.app.host}/api/backups`;
    const forged = Buffer.from(JSON.stringify({ claims: [{ typ: "roles", val: "Backups.Run" }] })).toString("base64");
    const post = (headers: Record<string, string>) => call(cloud, url, { method: "POST", body: "{}", headers });
    expect((await post({})).status).toBe(401);
    expect((await post({ "x-functions-key": app.host.key })).status).toBe(401);
    expect((await post({ "x-ms-client-principal": forged })).status).toBe(401);
    expect(
      (await ask(cloud, app, "/api/backups", { method: "POST", body: "{}", roles: ["Backups.Read"] })).status,
    ).toBe(403);
    expect((await ask(cloud, app, "/admin/functions/nightlyBackup", { method: "POST", body: "{}" })).status).toBe(404);
    await app.stop();
  });

  it("restores into the target vault with the restore app, and proves it", async () => {
    const app = await cloud.start(cloud.app("restore", "westeurope"), packageDirectory);
    const asked = {
      source: { vault: "kv-shop-prod" },
      target: { vault: "kv-shop-restored" },
      keys: "all",
      rotationPolicy: true,
    };
    const planned = await ask(cloud, app, "/api/restores/plan", {
      method: "POST",
      body: JSON.stringify(asked),
      roles: ["Restores.Plan"],
    });
    expect(planned).toMatchObject({ status: 200, text: expect.stringContaining('"status":"allowed"') });
    const body = JSON.stringify({ ...asked, confirm: "kv-shop-restored" });
    expect((await ask(cloud, app, "/api/restores", { method: "POST", body, roles: ["Restores.Plan"] })).status).toBe(
      403,
    );
    const done = await ask(cloud, app, "/api/restores", { method: "POST", body, roles: ["Restores.Run"] });
    expect({ status: done.status, body: JSON.parse(done.text) }).toMatchObject({
      status: 200,
      body: {
        status: "succeeded",
        counts: { keys: 12, restored: 12 },
        keys: expect.arrayContaining([expect.objectContaining({ name: "order", rotationPolicy: "set" })]),
      },
    });
    expect(cloud.emulator.vault("kv-shop-restored").keyNames()).toHaveLength(12);
    expect(cloud.emulator.vault("kv-shop-restored").versionsOf("order")).toEqual(
      cloud.emulator.vault("kv-shop-prod").versionsOf("order"),
    );
    const [principalId = ""] = app.app.identities.values();
    expect(cloud.rights.uses().filter(({ allowed }) => !allowed)).toEqual([]);
    expect(cloud.rights.unusedActions(principalId)).toEqual([]);
    expect(alarms(cloud)).toEqual([]);
    await app.stop();
  });

  it("lets an operator of the group restore from the command line, into a vault with access policies", async () => {
    const group = "44444444-4444-4444-4444-444444444444";
    const args = [
      "restore",
      "kv-billing",
      "--all",
      "--to",
      "kv-billing-restored",
      "--run",
      "--confirm",
      "kv-billing-restored",
      "--json",
    ];
    const { status, stdout, stderr } = await runCommandLine(cloud, cloud.app("restore", "westeurope"), group, args);
    expect({ status, stderr, problem: status === 0 ? "" : stdout }).toEqual({
      status: 0,
      stderr: expect.any(String),
      problem: "",
    });
    expect(JSON.parse(stdout)).toMatchObject({ status: "succeeded", counts: { restored: 12 } });
    // A person, not the restore app: announced or not, somebody is told.
    expect(alarms(cloud)).toEqual(["unexpected-key-operation", "backup-read-by-others"]);
    expect(cloud.rights.uses().filter(({ allowed }) => !allowed)).toEqual([]);
    expect(cloud.gateway.strangers()).toEqual([]);
  });
});

/** What the alerts of Europe say of who did what with keys and blobs. */
function alarms(cloud: Cloud): string[] {
  const rules = resources.filter(({ name }) => /^prod-westeurope-(unexpected|backup-)/.test(name));
  const { StorageBlobLogs, AZKVAuditLogs } = cloud.audit.rows;
  const inEurope = (vault: unknown) => typeof vault === "string" && geographyOfName(cloud, vault) === "Europe";
  // A vault's log goes to the workspace of its own stamp.
  const ofEurope = AZKVAuditLogs.filter((row) => inEurope(row["_ResourceId"]));
  return firingAlerts(rules, { StorageBlobLogs, AZKVAuditLogs: ofEurope });
}

/** `access: 'none'`: whoever owns the vaults gives the role. */
function grantElsewhere(predicted: readonly Resource[]): readonly Resource[] {
  const role = predicted.find(({ properties }) => properties?.roleName?.startsWith("Key Backup Operator"));
  const identity = predicted.find(({ name }) => name === "id-prod-eastus2-backup");
  const vaults =
    "/subscriptions/33333333-3333-3333-3333-333333333333/resourceGroups/rg-us/providers/Microsoft.KeyVault/vaults";
  const given = ["kv-us-a", "kv-us-b"].map((vault) => ({
    id: `${vaults}/${vault}/providers/Microsoft.Authorization/roleAssignments/by-its-owner`,
    type: "Microsoft.Authorization/roleAssignments",
    name: "by-its-owner",
    apiVersion: "2022-04-01",
    properties: { roleDefinitionId: role?.id, principalId: `[reference('${identity?.id}', '2024-11-30').principalId]` },
  }));
  return [...predicted, ...given];
}

/** Where a vault or an account is, as configured or deployed. */
function geographyOfName({ deployed }: Cloud, name: string): string | undefined {
  const region =
    deployed.vaults.find((vault) => vault.name === name)?.region ?? deployed.accountRegions.get(name) ?? "";
  return geographyOf(region);
}

const geographyOf = (region: string): string | undefined =>
  regions.find(({ name }) => name === region.replaceAll(" ", "").toLowerCase())?.geography ?? undefined;
