import { describe, expect, it } from "vitest";
import { readConfig } from "../../src/config/read-config.ts";
import { aGroup, aLocalEnvironment, aLocalStore, aLocalVault, anEnvironment, aStore } from "./environment.ts";

/** Each problem as `setting: message`. */
function problemsOf(env: Readonly<Record<string, string | undefined>>): string[] {
  const result = readConfig(env);
  return result.ok ? [] : result.problems.map(({ setting, message }) => `${setting}: ${message}`);
}

const brazil = { ...aStore, region: "brazilsouth", replication: "GRS" };
const italy = { ...aStore, region: "italynorth", replication: "RA-GRS" };
const notHosted =
  "is entra while App Service authentication is off (WEBSITE_AUTH_ENABLED is not True), so anybody could forge a sign-in: turn it on.";
const newRegion = "correct it, or add a region that is new with KEY_BACKUP_EXTRA_REGIONS.";
const nonLoopback = "in local mode only 127.0.0.1, localhost and [::1] are allowed.";
const azureUrl = "must lead to an account's blob service in";

describe("settings of an app in Azure", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "nothing at all",
      { KEY_BACKUP_VAULTS: undefined, KEY_BACKUP_STORES: " ", KEY_BACKUP_SCHEDULE: undefined },
      [
        "KEY_BACKUP_SCHEDULE: is missing: give an NCRONTAB expression in UTC, for instance 0 0 2 * * *.",
        "KEY_BACKUP_STORES: is missing: give a JSON array of stores, each with url, region and replication.",
        "KEY_BACKUP_VAULTS: is missing: give a JSON array of groups of vaults.",
      ],
    ],
    [
      "JSON that can't be parsed",
      { KEY_BACKUP_VAULTS: "[{]", KEY_BACKUP_STORES: "'", KEY_BACKUP_KEEP_DAYS: "{", KEY_BACKUP_EXTRA_REGIONS: "a" },
      ["KEY_BACKUP_KEEP_DAYS", "KEY_BACKUP_EXTRA_REGIONS", "KEY_BACKUP_STORES", "KEY_BACKUP_VAULTS"].map(
        (setting) => `${setting}: is not valid JSON: check its quotes, commas and brackets.`,
      ),
    ],
    [
      "JSON of another shape",
      { KEY_BACKUP_VAULTS: {}, KEY_BACKUP_STORES: 5, KEY_BACKUP_KEEP_DAYS: [], KEY_BACKUP_EXTRA_REGIONS: '"x"' },
      [
        'KEY_BACKUP_KEEP_DAYS: must be an object such as {"daily":35,"monthly":400,"yearly":2555}, not a list.',
        'KEY_BACKUP_EXTRA_REGIONS: must be an object such as {"finlandcentral":"Finland"}, not "x".',
        "KEY_BACKUP_STORES: must be a JSON array of stores, each with url, region and replication, not 5.",
        "KEY_BACKUP_VAULTS: must be a JSON array of groups of vaults, not an object.",
      ],
    ],
    [
      "empty arrays",
      { KEY_BACKUP_VAULTS: [], KEY_BACKUP_STORES: [] },
      ["KEY_BACKUP_STORES: is empty: add a store.", "KEY_BACKUP_VAULTS: names no vault: add one."],
    ],
    [
      "a group without vaults",
      { KEY_BACKUP_VAULTS: [{ ...aGroup, vaults: undefined, vault: "x" }, aGroup] },
      [
        "KEY_BACKUP_VAULTS[0].vaults: is missing: give a list of vault names.",
        'KEY_BACKUP_VAULTS[0]: does not take "vault": use only subscriptionId, resourceGroup, region and vaults.',
      ],
    ],
    [
      "a name where a group belongs",
      { KEY_BACKUP_VAULTS: ["contoso-keys"] },
      [
        'KEY_BACKUP_VAULTS[0]: must be an object with subscriptionId, resourceGroup, region and vaults, not "contoso-keys".',
      ],
    ],
    [
      "a vault written for local mode",
      { KEY_BACKUP_VAULTS: [aLocalVault] },
      [
        "KEY_BACKUP_VAULTS[0]: is written for local mode: give a group with subscriptionId, resourceGroup, region and vaults.",
      ],
    ],
    [
      "no vault that can be used",
      { KEY_BACKUP_VAULTS: [{ ...aGroup, vaults: ["9lives"] }] },
      [
        "KEY_BACKUP_VAULTS: has no vault that can be used.",
        `KEY_BACKUP_VAULTS[0].vaults[0].name: must be a vault's name: 3 to 24 letters, digits and single dashes, a letter first, no dash last, not "9lives".`,
      ],
    ],
    [
      "two stores in one geography",
      {
        KEY_BACKUP_STORES: [aStore, { ...aStore, url: "https://stother.blob.core.windows.net", region: "West Europe" }],
      },
      ["KEY_BACKUP_STORES[1].region: is in the geography Europe, as KEY_BACKUP_STORES[0] is: keep one store in each."],
    ],
    [
      "one account in two geographies",
      { KEY_BACKUP_STORES: [aStore, { ...aStore, url: `${aStore.url}/`, region: "eastus" }] },
      ["KEY_BACKUP_STORES[1].url: is the address of KEY_BACKUP_STORES[0] too: an account is in one region only."],
    ],
    [
      "a copy in another geography",
      { KEY_BACKUP_STORES: [brazil] },
      [
        "KEY_BACKUP_STORES[0].replication: would take backups out of the geography (GRS copies brazilsouth to southcentralus: brazilsouth is in the geography Brazil, southcentralus in United States): use LRS or ZRS.",
      ],
    ],
    [
      "a copy that lies nobody knows where",
      { KEY_BACKUP_STORES: [italy] },
      [
        "KEY_BACKUP_STORES[0].replication: would take backups out of the geography (RA-GRS copies italynorth to a paired region, and the table knows none for it): use LRS or ZRS.",
      ],
    ],
    [
      "a store away from the app",
      { KEY_BACKUP_REGION: "uksouth" },
      [
        "KEY_BACKUP_STORES[0].region: is not where the app is (northeurope is in the geography Europe, uksouth in United Kingdom): run one app in each geography.",
      ],
    ],
    [
      "everything wrong with one store",
      {
        KEY_BACKUP_STORES: [
          { url: "http://me:pw@stkeys.example:8080/daily?sig=s", region: "mars", replication: "GRSS" },
        ],
      },
      [
        'KEY_BACKUP_STORES[0].replication: must be LRS, ZRS, GRS, GZRS, RA-GRS or RA-GZRS, not "GRSS".',
        "KEY_BACKUP_STORES[0].url: must start with https://, not http://.",
        "KEY_BACKUP_STORES[0].url: must not carry a user name or a password.",
        "KEY_BACKUP_STORES[0].url: must not name a port.",
        "KEY_BACKUP_STORES[0].url: must end after the host: the app adds the containers itself.",
        'KEY_BACKUP_STORES[0].url: must end before "?": a signature (SAS) is for local mode only, the app signs in with its identity.',
        `KEY_BACKUP_STORES[0].region: the region "mars" is not in the table of regions: ${newRegion}`,
      ],
    ],
    [
      "an empty store",
      { KEY_BACKUP_STORES: [{}] },
      [
        "KEY_BACKUP_STORES[0].url: is missing: give the URL of a blob service.",
        "KEY_BACKUP_STORES[0].region: is missing: give the name of a region.",
        "KEY_BACKUP_STORES[0].replication: is missing: give LRS, ZRS, GRS, GZRS, RA-GRS or RA-GZRS.",
      ],
    ],
    [
      "two stores whose URLs are none",
      { KEY_BACKUP_STORES: ["eastus", "uksouth"].map((region) => ({ ...aStore, region, url: "stkeys" })) },
      [
        "KEY_BACKUP_STORES[0].url: is not a URL: give the address of a blob service.",
        "KEY_BACKUP_STORES[1].url: is not a URL: give the address of a blob service.",
      ],
    ],
    [
      "a store's URL without its scheme",
      { KEY_BACKUP_STORES: [{ ...aStore, url: "stkeys.blob.core.windows.net" }] },
      ["KEY_BACKUP_STORES[0].url: is not a URL: give the address of a blob service."],
    ],
    [
      "hosts of another cloud or service",
      {
        KEY_BACKUP_STORES: [
          { ...aStore, url: "https://stkeys.blob.core.usgovcloudapi.net" },
          { ...aStore, url: "https://stkeys.blob.core.windows.net", region: "usgovtexas" },
          { ...aStore, url: "https://stkeys.blob.core.windows.net.example", region: "chinaeast" },
          { ...aStore, url: "https://stkeys.dfs.core.windows.net", region: "eastus" },
          { ...aStore, url: "https://st-keys.blob.core.windows.net", region: "uksouth" },
          { ...aStore, url: "https://stkeys-blob.core.windows.net", region: "qatarcentral", replication: "ZRS" },
        ],
      },
      [
        `KEY_BACKUP_STORES[0].url: ${azureUrl} AzureCloud: https://{account}.blob.core.windows.net.`,
        `KEY_BACKUP_STORES[1].url: ${azureUrl} AzureUSGovernment: https://{account}.blob.core.usgovcloudapi.net.`,
        `KEY_BACKUP_STORES[2].url: ${azureUrl} AzureChinaCloud: https://{account}.blob.core.chinacloudapi.cn.`,
        `KEY_BACKUP_STORES[3].url: ${azureUrl} AzureCloud: https://{account}.blob.core.windows.net.`,
        `KEY_BACKUP_STORES[4].url: ${azureUrl} AzureCloud: https://{account}.blob.core.windows.net.`,
        `KEY_BACKUP_STORES[5].url: ${azureUrl} AzureCloud: https://{account}.blob.core.windows.net.`,
      ],
    ],
    [
      "a schedule that leaves out days",
      { KEY_BACKUP_SCHEDULE: "0 0 2 * * MON-FRI" },
      [
        'KEY_BACKUP_SCHEDULE: "0 0 2 * * MON-FRI" leaves out days: back up at least daily, with * as day, month and day of week.',
      ],
    ],
    [
      "words that are none of the choices",
      {
        KEY_BACKUP_ROLE: "Backup",
        KEY_BACKUP_AUTH: "none",
        KEY_BACKUP_OBSERVED_REGION: "off",
        KEY_BACKUP_LOCAL: "yes",
      },
      [
        'KEY_BACKUP_LOCAL: must be true or false, not "yes".',
        'KEY_BACKUP_ROLE: must be backup, restore or all, not "Backup".',
        'KEY_BACKUP_AUTH: must be function-key or entra, not "none".',
        'KEY_BACKUP_OBSERVED_REGION: must be warn or require, not "off".',
      ],
    ],
    [
      "restore with a function key",
      { KEY_BACKUP_ROLE: "restore" },
      ["KEY_BACKUP_AUTH: must be entra for the role restore: a function key does not say who restores."],
    ],
    [
      "all roles in one app",
      { KEY_BACKUP_ROLE: "all" },
      ['KEY_BACKUP_ROLE: "all" is for local mode only: deploy one app as backup and another as restore.'],
    ],
    ["sign-in that nothing checks", { KEY_BACKUP_AUTH: "entra" }, [`KEY_BACKUP_AUTH: ${notHosted}`]],
    [
      "sign-in that is switched off",
      { KEY_BACKUP_AUTH: "entra", WEBSITE_AUTH_ENABLED: "False" },
      [`KEY_BACKUP_AUTH: ${notHosted}`],
    ],
    [
      "keep days under the least",
      { KEY_BACKUP_KEEP_DAYS: { daily: 0, monthly: 31, yearly: 366.5, weekly: 5 } },
      [
        "KEY_BACKUP_KEEP_DAYS.daily: must be a whole number of days from 8 to 36500, not 0.",
        "KEY_BACKUP_KEEP_DAYS.monthly: must be 0 (off) or a whole number of days from 32 to 36500, not 31.",
        "KEY_BACKUP_KEEP_DAYS.yearly: must be 0 (off) or a whole number of days from 367 to 36500, not 366.5.",
        'KEY_BACKUP_KEEP_DAYS: does not take "weekly": use only daily, monthly and yearly.',
      ],
    ],
    [
      "a longer tier that keeps for less",
      { KEY_BACKUP_KEEP_DAYS: { daily: 500, monthly: 450, yearly: 400 } },
      [
        "KEY_BACKUP_KEEP_DAYS.monthly: must be at least the 500 days of daily, not 450: a longer tier keeps at least as long.",
        "KEY_BACKUP_KEEP_DAYS.yearly: must be at least the 450 days of monthly, not 400: a longer tier keeps at least as long.",
      ],
    ],
    [
      "a yearly tier shorter than daily, with monthly off",
      { KEY_BACKUP_KEEP_DAYS: { daily: 500, monthly: 0, yearly: 400 } },
      [
        "KEY_BACKUP_KEEP_DAYS.yearly: must be at least the 500 days of daily, not 400: a longer tier keeps at least as long.",
      ],
    ],
    [
      "numbers that are none",
      { KEY_BACKUP_REFRESH_DAYS: "-1", KEY_BACKUP_LIMIT_SHARE: "25%", AzureFunctionsJobHost__functionTimeout: "-1" },
      [
        'KEY_BACKUP_REFRESH_DAYS: must be a whole number of days from 0 to 365, not "-1".',
        'KEY_BACKUP_LIMIT_SHARE: must be a number over 0 and up to 1, not "25%".',
        'AzureFunctionsJobHost__functionTimeout: must be a time limit as hh:mm:ss, not "-1".',
      ],
    ],
    [
      "numbers out of range",
      {
        KEY_BACKUP_REFRESH_DAYS: "366",
        KEY_BACKUP_LIMIT_SHARE: "1.01",
        AzureFunctionsJobHost__functionTimeout: "00:00:00",
      },
      [
        'KEY_BACKUP_REFRESH_DAYS: must be a whole number of days from 0 to 365, not "366".',
        'KEY_BACKUP_LIMIT_SHARE: must be a number over 0 and up to 1, not "1.01".',
        'AzureFunctionsJobHost__functionTimeout: must be a time limit as hh:mm:ss, not "00:00:00".',
      ],
    ],
    [
      "a share of nothing",
      { KEY_BACKUP_LIMIT_SHARE: "0" },
      ['KEY_BACKUP_LIMIT_SHARE: must be a number over 0 and up to 1, not "0".'],
    ],
    [
      "an app in a region that nobody knows",
      { KEY_BACKUP_REGION: "europe" },
      [`KEY_BACKUP_REGION: "europe" names an area, not a region that can hold a vault or a store: ${newRegion}`],
    ],
    [
      "extra regions that redefine a row",
      { KEY_BACKUP_EXTRA_REGIONS: { francecentral: "Europe", finlandcentral: 5 } },
      ["KEY_BACKUP_EXTRA_REGIONS.finlandcentral: must be the name of a geography, not 5."],
    ],
    [
      "an extra region that redefines a row",
      { KEY_BACKUP_EXTRA_REGIONS: { francecentral: "Europe" } },
      [
        'KEY_BACKUP_EXTRA_REGIONS: "francecentral" is in the geography France already and can\'t be put into Europe. Remove the entry.',
      ],
    ],
    [
      "settings that there are not",
      { KEY_BACKUP_VAULT: "x", key_backup_keep_days: "{}", KEY_BACKUP_SOMETHING_ELSE: "x" },
      [
        "KEY_BACKUP_VAULT: is not a setting of this app: did you mean KEY_BACKUP_VAULTS?",
        "key_backup_keep_days: is not a setting of this app: did you mean KEY_BACKUP_KEEP_DAYS?",
        "KEY_BACKUP_SOMETHING_ELSE: is not a setting of this app: remove it (docs/configuration.md lists all).",
      ],
    ],
    [
      "an identity by its name",
      { AZURE_CLIENT_ID: "id-keybackup" },
      ['AZURE_CLIENT_ID: must be a client id (a GUID), not "id-keybackup".'],
    ],
    [
      "a schedule in another time zone",
      { WEBSITE_TIME_ZONE: "W. Europe Standard Time" },
      ['WEBSITE_TIME_ZONE: moves the schedule to "W. Europe Standard Time", but it is read as UTC: remove it.'],
    ],
    [
      "control characters in a value",
      { KEY_BACKUP_ROLE: "ba\u001B[31mck\nup" },
      ['KEY_BACKUP_ROLE: must be backup, restore or all, not "ba [31mck up".'],
    ],
  ])("refuses %s", (_case, change, problems) => {
    expect(problemsOf(anEnvironment(change))).toEqual(problems);
  });

  it("names every problem at once, those of single vaults too", () => {
    const vaults = [{ ...aGroup, subscriptionId: "sub-1", region: "mars" }, aGroup];
    expect(problemsOf(anEnvironment({ KEY_BACKUP_VAULTS: vaults, KEY_BACKUP_ROLE: "both" }))).toEqual([
      'KEY_BACKUP_ROLE: must be backup, restore or all, not "both".',
      'KEY_BACKUP_VAULTS[0].subscriptionId: must be a subscription\'s id (a GUID), not "sub-1".',
      `KEY_BACKUP_VAULTS[0].region: the region "mars" is not in the table of regions: ${newRegion}`,
    ]);
  });
});

describe("settings in local mode", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
    [
      "Azure's own variables",
      { WEBSITE_INSTANCE_ID: "a1", WEBSITE_SKU: "FlexConsumption", CONTAINER_NAME: "c", IDENTITY_ENDPOINT: "http://i" },
      [
        "KEY_BACKUP_LOCAL: is on in Azure (WEBSITE_INSTANCE_ID, WEBSITE_SKU, CONTAINER_NAME, IDENTITY_ENDPOINT is set), where its fixed token must not be used: remove it.",
      ],
    ],
    [
      "one of them",
      { IDENTITY_ENDPOINT: "http://i" },
      [
        "KEY_BACKUP_LOCAL: is on in Azure (IDENTITY_ENDPOINT is set), where its fixed token must not be used: remove it.",
      ],
    ],
    [
      "a vault that is not on this machine",
      { KEY_BACKUP_VAULTS: [{ ...aLocalVault, url: "https://contoso.vault.azure.net" }] },
      [`KEY_BACKUP_VAULTS[0].url: leads to contoso.vault.azure.net: ${nonLoopback}`],
    ],
    [
      "hosts that only look like this machine",
      {
        KEY_BACKUP_VAULTS: [
          "http://127.0.0.1.example",
          "http://localhost.example",
          "http://10.0.0.1:80/x?y",
          "http://0.0.0.0",
        ].map((url, index) => ({
          ...aLocalVault,
          name: `vault-${index}`,
          url,
          resourceId: `${aLocalVault.resourceId.slice(0, -8)}vault-${index}`,
        })),
      },
      [
        `KEY_BACKUP_VAULTS[0].url: leads to 127.0.0.1.example: ${nonLoopback}`,
        `KEY_BACKUP_VAULTS[1].url: leads to localhost.example: ${nonLoopback}`,
        `KEY_BACKUP_VAULTS[2].url: leads to 10.0.0.1: ${nonLoopback}`,
        "KEY_BACKUP_VAULTS[2].url: must end after the port.",
        `KEY_BACKUP_VAULTS[3].url: leads to 0.0.0.0: ${nonLoopback}`,
      ],
    ],
    [
      "a store that is not on this machine",
      { KEY_BACKUP_STORES: [{ ...aLocalStore, url: aStore.url }] },
      [`KEY_BACKUP_STORES[0].url: leads to stkeyseurope.blob.core.windows.net: ${nonLoopback}`],
    ],
    [
      "a store's URL with a container",
      { KEY_BACKUP_STORES: [{ ...aLocalStore, url: "ftp://u:p@127.0.0.1:10000/devstoreaccount1/daily" }] },
      [
        "KEY_BACKUP_STORES[0].url: must start with http:// or https://.",
        "KEY_BACKUP_STORES[0].url: must not carry a user name or a password.",
        "KEY_BACKUP_STORES[0].url: must have no path but the account's name (http://127.0.0.1:10000/devstoreaccount1).",
      ],
    ],
    [
      "a token that no header takes",
      { KEY_BACKUP_LOCAL_TOKEN: "two words" },
      ["KEY_BACKUP_LOCAL_TOKEN: must be up to 200 visible ASCII characters without space: it is sent in a header."],
    ],
    [
      "a group of vaults",
      { KEY_BACKUP_VAULTS: [aGroup] },
      [
        "KEY_BACKUP_VAULTS: has no vault that can be used.",
        "KEY_BACKUP_VAULTS[0].name: is missing: give a vault's name: 3 to 24 letters, digits and single dashes, a letter first, no dash last.",
        "KEY_BACKUP_VAULTS[0].url: is missing: give the vault's URL on this machine.",
        "KEY_BACKUP_VAULTS[0].resourceId: is missing: give /subscriptions/{id}/resourceGroups/{name}/providers/Microsoft.KeyVault/vaults/{the vault's name}.",
        'KEY_BACKUP_VAULTS[0]: does not take "subscriptionId", "resourceGroup" and "vaults": use only name, url, resourceId, region, sku and backup.',
      ],
    ],
    [
      "another vault's resource id",
      { KEY_BACKUP_VAULTS: [{ ...aLocalVault, name: "europe-2" }] },
      [
        "KEY_BACKUP_VAULTS: has no vault that can be used.",
        "KEY_BACKUP_VAULTS[0].resourceId: must end with the vault's name.",
      ],
    ],
  ])("refuse %s", (_case, change, problems) => {
    expect(problemsOf(aLocalEnvironment(change))).toEqual(problems);
  });
});
