import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snapshot, type Resource } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

let resources: Resource[] = [];
beforeAll(async () => {
  resources = await snapshot(bicep, "infra/samples/three-geographies.bicepparam");
});

const settingNames = [
  "APPLICATIONINSIGHTS_AUTHENTICATION_STRING",
  "APPLICATIONINSIGHTS_CONNECTION_STRING",
  "AZURE_CLIENT_ID",
  "AzureWebJobsStorage__accountName",
  "AzureWebJobsStorage__blobServiceUri",
  "AzureWebJobsStorage__clientId",
  "AzureWebJobsStorage__credential",
  "AzureWebJobsStorage__queueServiceUri",
  "AzureWebJobsStorage__tableServiceUri",
  "KEY_BACKUP_AUTH",
  "KEY_BACKUP_EXTRA_REGIONS",
  "KEY_BACKUP_KEEP_DAYS",
  "KEY_BACKUP_LIMIT_SHARE",
  "KEY_BACKUP_OBSERVED_REGION",
  "KEY_BACKUP_REFRESH_DAYS",
  "KEY_BACKUP_REGION",
  "KEY_BACKUP_ROLE",
  "KEY_BACKUP_SCHEDULE",
  "KEY_BACKUP_STORES",
  "KEY_BACKUP_VAULTS",
];

const appsOf = (role: string) =>
  resources.filter((r) => r.type === "Microsoft.Web/sites" && r.name.includes(`-${role}-`));
const configOf = (app: Resource, name: string): Record<string, unknown> =>
  resources.find((r) => r.name === `${app.name}/${name}`)?.properties;

describe.each(["backup", "restore"])("the %s app", (role) => {
  const other = role === "backup" ? "restore" : "backup";

  it("has exactly the settings that it needs, of which Flex Consumption forbids none", () => {
    const apps = appsOf(role);
    expect(apps).toHaveLength(3);
    for (const app of apps) {
      expect(Object.keys(configOf(app, "appsettings")).toSorted()).toEqual(settingNames);
      expect(app.properties.siteConfig).not.toHaveProperty("appSettings");
    }
  });

  it("is told its role and its own region", () => {
    for (const app of appsOf(role)) {
      expect(configOf(app, "appsettings")).toMatchObject({ KEY_BACKUP_ROLE: role, KEY_BACKUP_REGION: app.location });
    }
  });

  it(`carries nothing of the ${other} identity`, () => {
    for (const app of appsOf(role)) {
      const everything = JSON.stringify([app, ...resources.filter((r) => r.name.startsWith(`${app.name}/`))]);
      expect(everything).toMatch(new RegExp(`id-prod-[a-z0-9]+-${role}`));
      expect(everything).not.toMatch(new RegExp(`id-prod-[a-z0-9]+-${other}`));
    }
  });

  it("runs on Node 24 on Flex Consumption, and shares its host storage with no other app", () => {
    for (const app of appsOf(role)) {
      expect(app.properties.functionAppConfig.runtime).toEqual({ name: "node", version: "24" });
      const plan = resources.find((r) => r.id === app.properties.serverFarmId);
      expect(plan?.sku?.name).toBe("FC1");
    }
    const names = [...appsOf(role), ...appsOf(other)].map((app) =>
      JSON.stringify(configOf(app, "appsettings")["AzureWebJobsStorage__accountName"]),
    );
    expect(new Set(names).size).toBe(6);
  });
});

describe("the small sample, without deployRestore and restoreRotationPolicy", () => {
  let small: Resource[] = [];
  beforeAll(async () => {
    small = await snapshot(bicep, "infra/samples/small.bicepparam");
  });

  it("has no trace of a restore app or identity", () => {
    expect(small.filter((r) => r.type === "Microsoft.Web/sites")).toHaveLength(1);
    expect(small.filter((r) => /-restore(-|$)/.test(r.name)).map((r) => r.id)).toEqual([]);
  });

  it("has a restore role that can't write rotation policies", () => {
    const actions = (all: readonly Resource[]): string[] =>
      all
        .filter((r) => r.type.endsWith("/roleDefinitions") && r.properties.roleName.startsWith("Key Restore Operator"))
        .flatMap((r) => r.properties.permissions[0].dataActions);
    expect(actions(small)).toHaveLength(2);
    expect(actions(small).join()).not.toContain("keyrotationpolicies");
    expect(actions(resources).join()).toContain("keyrotationpolicies/write");
  });
});
