import { execFileSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import type { Config, VaultProblem } from "../../src/config/config.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { aGroup, anEnvironment, aStore } from "./environment.ts";

function configOf(change: Readonly<Record<string, unknown>>): Config {
  const result = readConfig(anEnvironment(change));
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.config;
}

const path = "KEY_BACKUP_VAULTS[0].vaults[1]";
const nameRule = "must be a vault's name: 3 to 24 letters, digits and single dashes, a letter first, no dash last";

describe("one bad vault", () => {
  it.each<[unknown, string, string]>([
    ["two--dashes", "two--dashes", `${path}.name: ${nameRule}, not "two--dashes".`],
    ["no", "no", `${path}.name: ${nameRule}, not "no".`],
    ["1st", "1st", `${path}.name: ${nameRule}, not "1st".`],
    ["end-", "end-", `${path}.name: ${nameRule}, not "end-".`],
    [
      "a-name-of-twenty-five-char",
      "a-name-of-twenty-five-char",
      `${path}.name: ${nameRule}, not "a-name-of-twenty-five-char".`,
    ],
    ["contoso.vault.azure.net", "contoso.vault.azure.net", `${path}.name: ${nameRule}, not "contoso.vault.azure.net".`],
    ["ke\u0000ys\nx", "ke ys x", `${path}.name: ${nameRule}, not "ke ys x".`],
    [7, path, `${path}: must be a vault's name or an object with name, not 7.`],
    [null, path, `${path}: must be a vault's name or an object with name, not null.`],
    [{}, path, `${path}.name: is missing: give a vault's name: ${nameRule.slice(nameRule.indexOf("3"))}.`],
    [{ name: "other", sku: "Premium" }, "other", `${path}.sku: must be standard or premium, not "Premium".`],
    [{ name: "other", backup: "no" }, "other", `${path}.backup: must be true or false, not "no".`],
    [{ name: "other", bakup: false }, "other", `${path}: does not take "bakup": use only name, sku and backup.`],
    [
      "Contoso-Keys",
      "contoso-keys",
      `${path}: is the same vault as KEY_BACKUP_VAULTS[0].vaults[0]: remove one of the two.`,
    ],
  ])("(%j) is left out, and the rest go on", (entry, vault, message) => {
    const vaults = ["contoso-keys", entry, "contoso-signing"];
    const config = configOf({ KEY_BACKUP_VAULTS: [{ ...aGroup, vaults }] });
    expect(config.vaults.map(({ name }) => name)).toEqual(["contoso-keys", "contoso-signing"]);
    expect(config.vaultProblems).toEqual([{ vault, code: "bad-configuration", message }]);
  });

  it("tells all that is wrong with it", () => {
    const vaults = ["contoso-keys", { name: "-", sku: 1, backup: 1, x: 1 }];
    const config = configOf({ KEY_BACKUP_VAULTS: [{ ...aGroup, vaults }] });
    expect(config.vaultProblems).toHaveLength(4);
  });
});

describe("a bad group", () => {
  it.each<[string, Record<string, unknown>, VaultProblem["code"], string]>([
    [
      "a region that nobody knows",
      { region: "mars" },
      "region-unknown",
      'KEY_BACKUP_VAULTS[1].region: the region "mars" is not in the table of regions: correct it, or add a region that is new with KEY_BACKUP_EXTRA_REGIONS.',
    ],
    [
      "no region",
      { region: undefined },
      "bad-configuration",
      "KEY_BACKUP_VAULTS[1].region: is missing: give the name of a region.",
    ],
    [
      "a subscription by its name",
      { subscriptionId: "Production" },
      "bad-configuration",
      'KEY_BACKUP_VAULTS[1].subscriptionId: must be a subscription\'s id (a GUID), not "Production".',
    ],
    [
      "a resource group that can't be",
      { resourceGroup: "rg-schlüssel" },
      "bad-configuration",
      'KEY_BACKUP_VAULTS[1].resourceGroup: must be a resource group\'s name in ASCII: letters, digits, . _ - ( ), no dot last, not "rg-schlüssel".',
    ],
  ])("with %s leaves out each of its vaults", (_case, change, code, message) => {
    const config = configOf({ KEY_BACKUP_VAULTS: [aGroup, { ...aGroup, vaults: ["one", "two"], ...change }] });
    expect(config.vaults).toHaveLength(2);
    expect(config.vaultProblems).toEqual([
      { vault: "one", code, message },
      { vault: "two", code, message },
    ]);
  });
});

describe("a vault in the wrong place", () => {
  const french = { ...aGroup, region: "francecentral", vaults: ["paris"] };

  it("is left out where its geography has no store", () => {
    expect(configOf({ KEY_BACKUP_VAULTS: [french, aGroup] }).vaultProblems).toEqual([
      {
        vault: "paris",
        code: "no-store-in-geography",
        message:
          "KEY_BACKUP_VAULTS[0].vaults[0]: no store is in France, where francecentral is. Add a store (KEY_BACKUP_STORES) in the vault's geography: a backup never leaves it.",
      },
    ]);
  });

  it("is left out where the app is in another geography", () => {
    const config = configOf({ KEY_BACKUP_VAULTS: [french, aGroup], KEY_BACKUP_REGION: "westeurope" });
    expect(config.vaultProblems).toEqual([
      {
        vault: "paris",
        code: "geography-differs",
        message:
          "KEY_BACKUP_VAULTS[0].vaults[0]: vault and app: francecentral is in the geography France, westeurope in Europe. Use a store and an app in the geography that the vault is in.",
      },
    ]);
  });

  it("is not blamed for stores that have problems of their own", () => {
    const result = readConfig(anEnvironment({ KEY_BACKUP_STORES: [{ ...aStore, region: "mars" }] }));
    expect(result).toMatchObject({ ok: false, problems: [{ setting: "KEY_BACKUP_STORES[0].region" }] });
    expect(result.ok ? [] : result.problems).toHaveLength(1);
  });
});

describe("1,000 vaults", () => {
  const names = Array.from({ length: 1000 }, (_, index) => `contoso-production-k${String(index).padStart(4, "0")}`);
  const vaults = JSON.stringify(
    ["westeurope", "northeurope"].flatMap((region, half) =>
      Array.from({ length: 10 }, (_, group) => ({
        ...aGroup,
        region,
        resourceGroup: `rg-production-${half}-${group}`,
        vaults: names
          .filter((_name, index) => index % 20 === half * 10 + group)
          .map((name) => ({ name, sku: "premium" })),
      })),
    ),
  );

  it("fit into one environment variable, and come out of it again", () => {
    const variable = "KEY_BACKUP_VAULTS";
    expect(Buffer.byteLength(`${variable}=${vaults}`)).toBeLessThan(128 * 1024);
    const print = `process.stdout.write(process.env.${variable} ?? "")`;
    const printed = execFileSync(process.execPath, ["-e", print], { env: { [variable]: vaults }, timeout: 30_000 });
    const config = configOf({ [variable]: printed.toString("utf8") });
    expect(config.vaultProblems).toEqual([]);
    expect(new Set(config.vaults.map(({ host }) => host)).size).toBe(1000);
    expect(config.vaults.every(({ sku }) => sku === "premium")).toBe(true);
  });
});
