import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snapshot, type Resource } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";
import { call } from "./call.ts";
import { openCloud, type Cloud } from "./cloud.ts";
import { audiences } from "./tokens.ts";

/** What docs/deploy.md says each identity could do if stolen, tried with its token against the deployed rights. */
const bicep = new BicepServer();
let cloud: Cloud;
beforeAll(async () => {
  cloud = await openCloud(await snapshot(bicep, "infra/samples/three-geographies.bicepparam"), () => [
    { name: "order" },
  ]);
  for (const container of ["daily", "restores"]) {
    await putAsOwner(blobOf("Europe", `${container}/kept`));
  }
});
afterAll(async () => {
  bicep.stop();
  await cloud.close();
});

const regions = { Europe: "westeurope", Brazil: "brazilsouth", "United States": "eastus2" } as const;
const principalOf = (role: string, geography: keyof typeof regions = "Europe"): string =>
  [...cloud.app(role, regions[geography]).identities.values()][0] ?? "";
const storeOf = (geography: keyof typeof regions): string => {
  const [{ url } = { url: "" }]: { url: string }[] = JSON.parse(
    cloud.app("backup", regions[geography]).settings["KEY_BACKUP_STORES"] ?? "[]",
  );
  return url;
};
const blobOf = (geography: keyof typeof regions, path: string): string => `${storeOf(geography)}/${path}`;
const vault = "https://kv-shop-prod.vault.azure.net";
const block = { "x-ms-blob-type": "BlockBlob", "x-ms-version": "2025-05-05" };

/** What is there before the attempts. */
async function putAsOwner(url: string): Promise<void> {
  const { pathname, host } = new URL(url);
  const account = host.split(".")[0] ?? "";
  const to = `${cloud.azurite.accountUrl(account)}${pathname}?${cloud.azurite.createOnlySas(account)}`;
  const { status } = await fetch(to, { method: "PUT", body: "kept", headers: block });
  if (status !== 201) throw new Error(`${url}: ${status}`);
}

async function attempt(oid: string, method: string, url: string, body = "", at = cloud): Promise<number> {
  const [audience] = url.includes(".vault.") ? audiences.vault : audiences.storage;
  const authorization = `Bearer ${await at.issuer.issue(audience, { oid, roles: [] })}`;
  const query = url.includes(".vault.") ? "?api-version=7.6" : "";
  const headers = { authorization, "content-type": "application/json", ...(query === "" ? block : {}) };
  return (await call(at, `${url}${query}`, { method, headers, body })).status;
}

describe("with the stolen token of the backup identity", () => {
  it.each([
    ["reads a backup of its geography", "GET", () => blobOf("Europe", "daily/kept"), 200],
    ["creates a blob", "PUT", () => blobOf("Europe", "daily/new"), 201],
    ["takes a backup of a key", "POST", () => `${vault}/keys/order/backup`, 200],
  ])("one %s", async (_what, method, url, status) => {
    expect(await attempt(principalOf("backup"), method, url(), method === "POST" ? "{}" : "")).toBe(status);
  });

  it.each([
    ["overwrite a backup", "PUT", () => blobOf("Europe", "daily/kept")],
    ["delete a backup", "DELETE", () => blobOf("Europe", "daily/kept")],
    ["change a backup's metadata", "PUT", () => `${blobOf("Europe", "daily/kept")}?comp=metadata`],
    ["stage a block", "PUT", () => `${blobOf("Europe", "daily/new2")}?comp=block&blockid=AAAA`],
    ["lease a backup", "PUT", () => `${blobOf("Europe", "daily/kept")}?comp=lease`],
    ["delete a container", "DELETE", () => `${blobOf("Europe", "daily")}?restype=container`],
    ["write a record of a restore", "PUT", () => blobOf("Europe", "restores/new")],
    ["read a backup of another geography", "GET", () => blobOf("Brazil", "daily/kept")],
    ["create in the store of another geography", "PUT", () => blobOf("United States", "daily/new")],
    ["restore a key", "POST", () => `${vault}/keys/restore`],
    ["delete a key", "DELETE", () => `${vault}/keys/order`],
    ["purge a key", "DELETE", () => `${vault}/deletedkeys/order`],
    ["create a key", "POST", () => `${vault}/keys/new/create`],
    ["sign with a key", "POST", () => `${vault}/keys/order/sign`],
    ["decrypt with a key", "POST", () => `${vault}/keys/order/decrypt`],
    ["set a rotation policy", "PUT", () => `${vault}/keys/order/rotationpolicy`],
    ["read a secret", "GET", () => `${vault}/secrets`],
    ["back up a key of another geography", "POST", () => "https://kv-brasil.vault.azure.net/keys/order/backup"],
    [
      "back up a key of a vault that is a target only",
      "POST",
      () => "https://kv-shop-restored.vault.azure.net/keys/order/backup",
    ],
  ])("nobody can %s", async (_what, method, url) => {
    expect(await attempt(principalOf("backup"), method, url(), method === "GET" ? "" : "{}")).toBe(403);
  });
});

describe.each(["restore", "operators"])("with the stolen token of %s", (who) => {
  const principal = (): string => (who === "restore" ? principalOf("restore") : "44444444-4444-4444-4444-444444444444");

  it.each([
    ["reads a backup", "GET", () => blobOf("Europe", "daily/kept"), 200],
    ["writes a record of a restore", "PUT", () => blobOf("Europe", `restores/new-${who}`), 201],
    ["tries to restore a key", "POST", () => `${vault}/keys/restore`, 400],
  ])("one %s", async (_what, method, url, status) => {
    expect(await attempt(principal(), method, url(), method === "POST" ? '{"value":"AAAA"}' : "")).toBe(status);
  });

  it.each([
    ["back up a key", "POST", () => `${vault}/keys/order/backup`],
    ["create a backup", "PUT", () => blobOf("Europe", "daily/planted")],
    ["overwrite a backup", "PUT", () => blobOf("Europe", "daily/kept")],
    ["delete a backup", "DELETE", () => blobOf("Europe", "daily/kept")],
    ["change a record of a restore", "PUT", () => blobOf("Europe", "restores/kept")],
    ["delete a record of a restore", "DELETE", () => blobOf("Europe", "restores/kept")],
    ["delete a key", "DELETE", () => `${vault}/keys/order`],
    ["purge a key", "DELETE", () => `${vault}/deletedkeys/order`],
    ["recover a key", "POST", () => `${vault}/deletedkeys/order/recover`],
    ["decrypt with a key", "POST", () => `${vault}/keys/order/decrypt`],
  ])("nobody can %s", async (_what, method, url) => {
    expect(await attempt(principal(), method, url(), method === "GET" ? "" : "{}")).toBe(403);
  });
});

describe("with a right that no template gives", () => {
  it("the same attempts work: it is the rights that refuse them", async () => {
    const wider = (await snapshot(bicep, "infra/samples/small.bicepparam")).map((resource) => withActions(resource));
    const open = await openCloud(wider, () => [{ name: "order" }]);
    try {
      const [oid = ""] = open.app("backup").identities.values();
      const [{ url } = { url: "" }]: { url: string }[] = JSON.parse(
        open.app("backup").settings["KEY_BACKUP_STORES"] ?? "[]",
      );
      expect(await attempt(oid, "PUT", `${url}/daily/kept`, "one", open)).toBe(201);
      expect(await attempt(oid, "PUT", `${url}/daily/kept`, "two", open)).toBe(201);
      expect(await attempt(oid, "DELETE", `${url}/daily/kept`, "", open)).toBe(202);
      expect(await attempt(oid, "DELETE", `${vault}/keys/order`, "", open)).toBe(200);
    } finally {
      await open.close();
    }
  });
});

function withActions(resource: Resource): Resource {
  if (resource.type !== "Microsoft.Authorization/roleDefinitions") return resource;
  const [permission] = resource.properties.permissions;
  const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
  const dataActions = [
    ...permission.dataActions,
    `${blobs}/write`,
    `${blobs}/delete`,
    "Microsoft.KeyVault/vaults/keys/delete",
  ];
  return { ...resource, properties: { ...resource.properties, permissions: [{ ...permission, dataActions }] } };
}

describe("with a token of nobody", () => {
  it.each([
    ["of another tenant's making", "Bearer eyJhbGciOiJub25lIn0.e30."],
    ["that is empty", "Bearer "],
  ])("a store lets in none %s", async (_what, authorization) => {
    expect((await call(cloud, blobOf("Europe", "daily/kept"), { headers: { authorization } })).status).toBe(401);
  });

  it("a vault takes no token that was made for a store", async () => {
    const authorization = `Bearer ${await cloud.issuer.issue(audiences.storage[0], { oid: principalOf("backup"), roles: [] })}`;
    expect((await call(cloud, `${vault}/keys?api-version=7.6`, { headers: { authorization } })).status).toBe(401);
  });
});
