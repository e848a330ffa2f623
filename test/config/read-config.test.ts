import { describe, expect, it } from "vitest";
import type { Config } from "../../src/config/config.ts";
import { readConfig } from "../../src/config/read-config.ts";
import type { Environment } from "../../src/config/settings.ts";
import sample from "../../local.settings.sample.json" with { type: "json" };
import { settingNames } from "../../src/config/settings.ts";
import {
  aGroup,
  aLocalEnvironment,
  aLocalStore,
  aLocalVault,
  anEnvironment,
  aStore,
  subscriptionId,
} from "./environment.ts";

function configOf(env: Environment): Config {
  const result = readConfig(env);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

/** A vault of `aGroup`. */
const groupVault = (name: string) => ({
  name,
  host: `${name}.vault.azure.net`,
  url: `https://${name}.vault.azure.net`,
  resourceId: `/subscriptions/${subscriptionId}/resourceGroups/rg-keys/providers/Microsoft.KeyVault/vaults/${name}`,
  subscriptionId,
  resourceGroup: "rg-keys",
  region: "westeurope",
  sku: "standard",
  backup: true,
});

describe("readConfig", () => {
  it("reads what an app needs, with the documented defaults", () => {
    const { regions, ...config } = configOf(anEnvironment());
    expect(regions.size).toBe(134);
    expect(config).toEqual({
      vaults: [groupVault("contoso-keys"), groupVault("contoso-signing")],
      vaultProblems: [],
      stores: [{ ...aStore, geography: "Europe", cloud: "AzureCloud" }],
      schedule: "0 0 2 * * *",
      role: "backup",
      auth: "function-key",
      keepDays: { daily: 35, monthly: 400, yearly: 2555 },
      refreshDays: 0,
      limitShare: 0.25,
      observedRegion: "warn",
      functionTimeLimitInMs: 600_000,
    });
  });

  it("reads every setting", () => {
    const config = configOf(
      anEnvironment({
        KEY_BACKUP_SCHEDULE: "  0 30  1,13 * * * ",
        KEY_BACKUP_REGION: "North Europe",
        KEY_BACKUP_ROLE: "restore",
        KEY_BACKUP_AUTH: "entra",
        WEBSITE_AUTH_ENABLED: "True",
        KEY_BACKUP_KEEP_DAYS: { daily: 60, monthly: 0 },
        KEY_BACKUP_REFRESH_DAYS: "30",
        KEY_BACKUP_LIMIT_SHARE: ".5",
        KEY_BACKUP_OBSERVED_REGION: "require",
        KEY_BACKUP_EXTRA_REGIONS: { "Finland Central": "Finland" },
        AZURE_CLIENT_ID: "2c9d3c1e-5b0f-4a57-9a0e-1d0c6a1f2b3c",
        AzureFunctionsJobHost__functionTimeout: "01:05:30",
        WEBSITE_TIME_ZONE: "UTC",
      }),
    );
    expect(config).toMatchObject({
      schedule: "0 30 1,13 * * *",
      appRegion: "northeurope",
      role: "restore",
      auth: "entra",
      keepDays: { daily: 60, monthly: 0, yearly: 2555 },
      refreshDays: 30,
      limitShare: 0.5,
      observedRegion: "require",
      clientId: "2c9d3c1e-5b0f-4a57-9a0e-1d0c6a1f2b3c",
      functionTimeLimitInMs: 3_930_000,
    });
    expect(config.regions.get("finlandcentral")).toMatchObject({ geography: "Finland", operatorMade: true });
  });

  it("asks no schedule of the restore app", () => {
    const restore = { KEY_BACKUP_ROLE: "restore", KEY_BACKUP_AUTH: "entra", WEBSITE_AUTH_ENABLED: "true" };
    const config = configOf(anEnvironment({ ...restore, KEY_BACKUP_SCHEDULE: undefined }));
    expect(config.schedule).toBe("0 0 2 * * *");
  });

  it("asks the command line for nothing that only the app's host can give", () => {
    const settings = { KEY_BACKUP_ROLE: "restore", KEY_BACKUP_AUTH: "entra", KEY_BACKUP_SCHEDULE: undefined };
    expect(readConfig(anEnvironment(settings), "command-line")).toMatchObject({ ok: true });
    expect(readConfig(anEnvironment(settings))).toMatchObject({ ok: false });
    expect(readConfig(anEnvironment({ KEY_BACKUP_SCHEDULE: "daily" }), "command-line")).toMatchObject({ ok: false });
  });

  it("lower-cases names and ids, which Azure compares without regard to case", () => {
    const group = { ...aGroup, subscriptionId: subscriptionId.toUpperCase(), vaults: ["Contoso-Keys"] };
    expect(configOf(anEnvironment({ KEY_BACKUP_VAULTS: [group] })).vaults[0]).toMatchObject({
      name: "contoso-keys",
      host: "contoso-keys.vault.azure.net",
      resourceId: expect.stringMatching(new RegExp(`^/subscriptions/${subscriptionId}/.*/contoso-keys$`)),
    });
  });

  it.each([
    ["usgovvirginia", "usgovtexas", "vault.usgovcloudapi.net", "blob.core.usgovcloudapi.net", "AzureUSGovernment"],
    ["usdodeast", "usdodcentral", "vault.usgovcloudapi.net", "blob.core.usgovcloudapi.net", "AzureUSGovernment"],
    ["chinanorth3", "chinaeast2", "vault.azure.cn", "blob.core.chinacloudapi.cn", "AzureChinaCloud"],
  ])("knows the hosts of %s's cloud", (region, storeRegion, vaultSuffix, blobSuffix, cloud) => {
    const { vaults, stores } = configOf(
      anEnvironment({
        KEY_BACKUP_VAULTS: [{ ...aGroup, region }],
        KEY_BACKUP_STORES: [{ url: `https://stkeys.${blobSuffix}/`, region: storeRegion, replication: "LRS" }],
      }),
    );
    expect(vaults[0]?.host).toBe(`contoso-keys.${vaultSuffix}`);
    expect(stores[0]).toMatchObject({ url: `https://stkeys.${blobSuffix}`, cloud });
  });

  it("takes a store for each geography", () => {
    const us = { url: "https://stkeysus.blob.core.windows.net", region: "eastus2", replication: "RA-GRS" };
    const groups = [aGroup, { ...aGroup, region: "westus3", vaults: [{ name: "us-keys", sku: "premium" }] }];
    const config = configOf(anEnvironment({ KEY_BACKUP_STORES: [aStore, us], KEY_BACKUP_VAULTS: groups }));
    expect(config.stores.map((store) => store.geography)).toEqual(["Europe", "United States"]);
    expect(config.vaults[2]).toMatchObject({ name: "us-keys", sku: "premium", region: "westus3" });
  });
});

describe("readConfig in local mode", () => {
  it("reads vaults and stores of this machine", () => {
    const { regions, ...config } = configOf(aLocalEnvironment({ KEY_BACKUP_ROLE: "all", KEY_BACKUP_AUTH: "entra" }));
    expect(regions.size).toBe(134);
    expect(config).toMatchObject({ local: { token: "local" }, role: "all", auth: "entra" });
    expect(config.vaults).toEqual([
      { ...aLocalVault, host: "europe-1", subscriptionId, resourceGroup: "rg-local", sku: "standard", backup: true },
    ]);
    expect(config.stores).toEqual([
      {
        url: "http://127.0.0.1:10000/devstoreaccount1",
        sas: "sv=2025-05-05&sp=rcl&sig=aPlantedSignature%3D",
        region: "northeurope",
        replication: "LRS",
        geography: "Europe",
        cloud: "AzureCloud",
      },
    ]);
  });

  it.each(["http://127.0.0.1:8443/", "https://localhost:8443", "http://[::1]:8443", "http://127.1:8443"])(
    "takes %s for this machine",
    (url) => {
      expect(configOf(aLocalEnvironment({ KEY_BACKUP_VAULTS: [{ ...aLocalVault, url }] })).vaults).toHaveLength(1);
    },
  );

  it("leaves out the second of two vaults at one address", () => {
    const resourceId = aLocalVault.resourceId.replace("europe-1", "europe-2");
    const vaults = [aLocalVault, { ...aLocalVault, name: "europe-2", resourceId, url: `${aLocalVault.url}/` }];
    const config = configOf(aLocalEnvironment({ KEY_BACKUP_VAULTS: vaults }));
    expect(config.vaultProblems).toEqual([
      {
        vault: "europe-2",
        code: "bad-configuration",
        message: "KEY_BACKUP_VAULTS[1]: is the same vault as KEY_BACKUP_VAULTS[0]: remove one of the two.",
      },
    ]);
  });

  it("takes the token that is set", () => {
    expect(configOf(aLocalEnvironment({ KEY_BACKUP_LOCAL_TOKEN: "t0ken" })).local).toEqual({ token: "t0ken" });
  });
});

describe("local.settings.sample.json", () => {
  it("parses as it stands, and has every setting", () => {
    const config = configOf(sample.Values);
    expect(config.vaults.map((vault) => vault.name)).toEqual(["europe-1", "europe-2"]);
    expect(config.vaultProblems).toEqual([]);
    expect(settingNames.filter((name) => !(name in sample.Values))).toEqual([]);
    expect(sample.Values).toMatchObject({ FUNCTIONS_WORKER_RUNTIME: "node" });
  });
});

describe("secrets", () => {
  const planted = "aPlantedSecret";
  const url = `https://stkeys.blob.core.windows.net/?sv=1&sig=${planted}`;
  it.each<[string, Record<string, unknown>]>([
    ["a signature in a URL", { KEY_BACKUP_STORES: [{ ...aStore, url }] }],
    ["a signature in JSON that can't be parsed", { KEY_BACKUP_STORES: `[{"url":"${url}"}` }],
    ["a signature in a broken URL", { KEY_BACKUP_STORES: [{ ...aStore, url: `//stkeys?sig=${planted}` }] }],
    ["a password in a URL", { KEY_BACKUP_STORES: [{ ...aStore, url: `https://u:${planted}@stkeys.example` }] }],
    ["a signature in the wrong place", { KEY_BACKUP_STORES: [{ ...aStore, region: `x?sv=1&sig=${planted}` }] }],
    ["a signature as an extra region", { KEY_BACKUP_EXTRA_REGIONS: { [`?sig=${planted}`]: `sig=${planted}` } }],
    ["a signature as the app's region", { KEY_BACKUP_REGION: `eastus?sig=${planted}` }],
    ["a signature as a whole setting", { KEY_BACKUP_STORES: `"${url}"`, KEY_BACKUP_ROLE: url }],
    ["a connection string", { KEY_BACKUP_AUTH: `AccountName=a;AccountKey=${planted};EndpointSuffix=core` }],
    ["a token", { KEY_BACKUP_LOCAL: "true", KEY_BACKUP_LOCAL_TOKEN: `${planted} ${planted}` }],
    [
      "a signature as a vault's name",
      { KEY_BACKUP_VAULTS: [{ ...aGroup, vaults: [`sig=${planted}`, "contoso-keys"] }] },
    ],
  ])("shows %s in no message", (_case, change) => {
    const text = JSON.stringify(readConfig(anEnvironment(change)));
    expect(text).toMatch(/"problems":\[\{|"vaultProblems":\[\{/);
    expect(text.toLowerCase()).not.toContain(planted.toLowerCase());
  });

  it("keeps the signature of local mode to itself when something else is wrong", () => {
    const text = JSON.stringify(readConfig(aLocalEnvironment({ KEY_BACKUP_ROLE: "x", KEY_BACKUP_VAULTS: [] })));
    expect(text).not.toContain("aPlantedSignature");
    expect(aLocalStore.url).toContain("aPlantedSignature");
  });
});
