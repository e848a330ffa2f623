import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readConfig } from "../../../src/config/read-config.ts";
import { predict, withFiles, type Prediction, type Resource } from "../bicep.ts";
import { BicepServer, root } from "../bicep-server.ts";
import { resolve } from "../rehearsal/resolve.ts";

/** A deployment as large as the documentation allows: long names, and 1,000 vaults in a stamp, a full group among them. */
const parameters = `using 'ROOT/infra/main.bicep'
param environmentName = 'environment1'
param stamps = [
  {
    geography: 'Germany'
    region: 'Germany West Central'
    vaultGroups: [
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-many'
        region: 'Germany West Central'
        vaults: map(range(0, 800), i => { name: 'kv-with-a-long-name-\${1000 + i}' })
      }
      {
        subscriptionId: '11111111-1111-1111-1111-111111111111'
        resourceGroup: 'rg-more'
        region: 'Germany West Central'
        vaults: map(range(800, 200), i => { name: 'kv-with-a-long-name-\${1000 + i}' })
      }
    ]
  }
]
param deployRestore = true
param restoreOperatorsGroupId = '44444444-4444-4444-4444-444444444444'
param signIn = { clientId: '55555555-5555-5555-5555-555555555555' }
param network = 'private'
param alertEmails = ['operators@example.com']
`;

const bicep = new BicepServer();
let prediction: Prediction = { predictedResources: [], outputs: {} };
beforeAll(async () => {
  prediction = await withFiles({ "large.bicepparam": parameters }, (folder) =>
    predict(bicep, path.join(folder, "large.bicepparam")),
  );
});
afterAll(() => bicep.stop());

const ofType = (type: string): readonly Resource[] => prediction.predictedResources.filter((one) => one.type === type);

/** Azure's naming rules (Learn, "Naming rules and restrictions for Azure resources"), for what the templates name. */
const nameRules: Readonly<Record<string, RegExp>> = {
  "Microsoft.Resources/resourceGroups": /^[\w.()-]{0,89}[\w()-]$/,
  "Microsoft.Storage/storageAccounts": /^[a-z0-9]{3,24}$/,
  "Microsoft.Web/sites": /^[A-Za-z0-9][A-Za-z0-9-]{0,58}[A-Za-z0-9]$/,
  "Microsoft.Web/serverfarms": /^[\w-]{1,60}$/,
  "Microsoft.ManagedIdentity/userAssignedIdentities": /^[A-Za-z0-9][\w-]{2,127}$/,
  "Microsoft.OperationalInsights/workspaces": /^[A-Za-z0-9][A-Za-z0-9-]{2,61}[A-Za-z0-9]$/,
  "Microsoft.Insights/components": /^[^%&\\?/]{0,259}[^%&\\?/. ]$/,
  "Microsoft.Insights/scheduledQueryRules": /^[^*<>%{}&:\\?/#@]{1,259}[^*<>%{}&:\\?/#@. ]$/,
  "Microsoft.Insights/actionGroups": /^[^:<>+/&%\\?|]{1,259}[^:<>+/&%\\?|. ]$/,
  "Microsoft.Network/virtualNetworks": /^[A-Za-z0-9][\w.-]{0,62}\w$/,
  "Microsoft.Network/privateEndpoints": /^[A-Za-z0-9][\w.-]{0,62}\w$/,
};

describe("a deployment as large as it may be", () => {
  it.each(Object.entries(nameRules))("names each of %s as Azure allows", (type, rule) => {
    const names = ofType(type).map(({ name }) => name);
    expect(names).not.toEqual([]);
    expect(names.filter((name) => !rule.test(name))).toEqual([]);
  });

  it("spells a region in names and locations without spaces", () => {
    expect(ofType("Microsoft.Resources/resourceGroups").map(({ name }) => name)).toEqual([
      "rg-environment1-germanywestcentral",
      "rg-environment1-germanywestcentral-store",
    ]);
    const locations = new Set(prediction.predictedResources.flatMap(({ location }) => location ?? []));
    expect(locations).toEqual(new Set(["germanywestcentral", "global"]));
  });

  it("fits the list of vaults into one setting of at most 128 KB, and the program reads all of it", () => {
    const [settings] = ofType("Microsoft.Web/sites/config").filter(({ name }) => name.endsWith("/appsettings"));
    const env = Object.fromEntries(
      Object.entries(settings?.properties ?? {}).map(([name, value]) => [name, String(resolve(value))]),
    );
    expect(Buffer.byteLength(env["KEY_BACKUP_VAULTS"] ?? "")).toBeLessThan(128 * 1024);
    const read = readConfig({ ...env, WEBSITE_AUTH_ENABLED: "True" });
    expect(read.ok && read.config.vaults.length).toBe(1000);
  });

  it("keeps each alert rule under 64 KB, and expects each vault in one of them (Learn, Azure Monitor service limits)", () => {
    const rules = ofType("Microsoft.Insights/scheduledQueryRules");
    const sizes = rules.map(({ properties }) => Buffer.byteLength(JSON.stringify(properties)));
    expect(Math.max(...sizes)).toBeLessThan(64 * 1024);
    const late = rules.filter(({ name }) => name.includes("-vault-late-"));
    const hosts = late.flatMap(({ properties }) =>
      Array.from(
        String(resolve(properties.criteria.allOf[0].query)).matchAll(/kv-with-a-long-name-\d{4}/g),
        ([host]) => host,
      ),
    );
    expect(late).toHaveLength(5);
    expect(new Set(hosts).size).toBe(1000);
  });

  it("keeps the names of its deployments within 64 characters (Learn, Azure Resource Manager limits)", () => {
    const longest: Readonly<Record<string, string>> = {
      environmentName: "environment1",
      namePrefix: "environment1-germanywestcentral",
      seed: "environment1-germanywestcentral",
      "regionName(s.region)": "germanywestcentral",
      id: "11111111-1111-1111-1111-111111111111",
      i: "10",
      role: "restore",
      "last(storeParts)": "kvbstore1234567890123456",
      service: "queue",
      "rule.id": "unexpected-key-operation",
      "last(split(id, '/'))": "kv-with-a-long-name-1000",
    };
    const names = [
      "main",
      "modules/stamp",
      "modules/vault-access",
      "modules/function-app",
      "modules/vault-endpoints",
      "modules/stamp-alerts",
      "modules/activity-alerts",
    ]
      .map((file) => readFileSync(path.join(root, `infra/${file}.bicep`), "utf8"))
      .flatMap((text) =>
        Array.from(text.matchAll(/^module .*[\s\S]*?^}|^module .*[\s\S]*?^\]/gm), ([module]) => module),
      )
      .flatMap((module) => /^ {2,4}name: '(.*)'$/m.exec(module)?.[1] ?? []);
    const filled = names.map((name) =>
      name.replaceAll(/\$\{(.+?)\}(?=[^']*$|-|$)/g, (_, expression: string) => longest[expression] ?? `${expression}?`),
    );
    expect(filled.length).toBeGreaterThan(12);
    expect(filled.filter((name) => name.includes("?") || name.length > 64)).toEqual([]);
  });
});
