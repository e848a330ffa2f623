import { describe, expect, it } from "vitest";
import { aGroup, aLocalVault, anEnvironment, problemsOf } from "./environment.ts";

const notHosted =
  "is entra while App Service authentication is off (WEBSITE_AUTH_ENABLED is not True), so anybody could forge a sign-in: turn it on.";
const newRegion = "correct it, or add a region that is new with KEY_BACKUP_EXTRA_REGIONS.";

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
