import { describe, expect, it } from "vitest";
import { aGroup, aLocalEnvironment, aLocalStore, aLocalVault, aStore, problemsOf } from "./environment.ts";

const nonLoopback = "in local mode only 127.0.0.1, localhost and [::1] are allowed.";

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
