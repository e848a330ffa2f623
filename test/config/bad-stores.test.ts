import { describe, expect, it } from "vitest";
import { anEnvironment, aStore, problemsOf } from "./environment.ts";

const brazil = { ...aStore, region: "brazilsouth", replication: "GRS" };
const italy = { ...aStore, region: "italynorth", replication: "RA-GRS" };
const newRegion = "correct it, or add a region that is new with KEY_BACKUP_EXTRA_REGIONS.";
const azureUrl = "must lead to an account's blob service in";

describe("stores of an app in Azure", () => {
  it.each<[string, Record<string, unknown>, string[]]>([
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
  ])("refuses %s", (_case, change, problems) => {
    expect(problemsOf(anEnvironment(change))).toEqual(problems);
  });
});
