import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { backupOf, collect, emulatorWith, oneVault, send } from "./clients.ts";

describe("controls of a vault", () => {
  it("name the vault as Azure Resource Manager does", async () => {
    const { vault } = await oneVault([]);
    expect(vault.resourceId).toMatch(
      /^\/subscriptions\/[0-9a-f-]{36}\/resourceGroups\/emulated\/providers\/Microsoft\.KeyVault\/vaults\/kv-one$/,
    );
  });

  it("take a permission away, and the answer is the 403 of a vault with RBAC", async () => {
    const { vault, client } = await oneVault([{ name: "Pay" }], { permissions: ["list"] });
    expect(await collect(client.listPropertiesOfKeys())).toHaveLength(1);
    const response = await send(vault.url, "/keys/Pay/backup?api-version=7.4", { method: "POST" });
    expect(response.status).toBe(403);
    expect(await response.json()).toEqual({
      error: {
        code: "Forbidden",
        innererror: { code: "ForbiddenByRbac" },
        message: expect.stringMatching(
          /^Caller is not authorized[^]*Action: 'Microsoft\.KeyVault\/vaults\/keys\/backup\/action'\r\nResource: '\/subscriptions\/[^']*\/vaults\/kv-one\/keys\/pay'[^]*Vault: kv-one;location=westeurope\r\n$/,
        ),
      },
    });
    vault.setPermissions(["backup"]);
    expect((await backupOf(client, "Pay")).length).toBeGreaterThan(5_000);
    await expect(client.getKeyRotationPolicy("Pay")).rejects.toMatchObject({ statusCode: 403 });
    expect(() => vault.setPermissions(["bakcup"])).toThrow("not a permission");
  });

  it("let the vault report another region or none, on every answer", async () => {
    const { vault } = await oneVault([]);
    const region = async (path: string, headers = {}) =>
      (await send(vault.url, path, { headers })).headers.get("x-ms-keyvault-region");
    expect(await region("/keys/none?api-version=7.4")).toBe("westeurope");
    vault.setRegion("northeurope");
    expect(await region("/keys?api-version=7.4", { authorization: "" })).toBe("northeurope");
    vault.setRegion(null);
    expect(await region("/keys?api-version=7.4")).toBeNull();
  });

  it("log every request with op, key, status and time, a backup with its hash, and no secret", async () => {
    const { vault, client } = await oneVault([{ name: "k" }]);
    const blob = await backupOf(client, "k");
    await collect(client.listPropertiesOfKeys());
    const common = { vault: "kv-one", at: expect.any(String), durationInMs: expect.any(Number) };
    const backupSha256 = createHash("sha256").update(blob).digest("hex");
    expect(vault.requests()).toEqual([
      { ...common, op: "backup", method: "POST", key: "k", status: 401 },
      { ...common, op: "backup", method: "POST", key: "k", status: 200, backupSha256 },
      { ...common, op: "list", method: "GET", status: 200 },
    ]);
    vault.resetRequests();
    expect(vault.requests()).toEqual([]);
  });

  it("tell how many requests were under way at once, and slow them down", async () => {
    const { vault } = await oneVault([{ name: "k" }], { latency: { baseInMs: 60, jitterInMs: 20 } });
    const started = performance.now();
    await Promise.all(Array.from({ length: 6 }, () => send(vault.url, "/keys/k?api-version=7.4")));
    expect(performance.now() - started).toBeGreaterThan(55);
    expect(vault.maxConcurrency()).toBe(6);
    vault.setLatency(undefined);
    vault.resetRequests();
    await send(vault.url, "/keys/k?api-version=7.4");
    expect(vault.maxConcurrency()).toBe(1);
  });

  it("seed, update, rotate, delete, recover and purge at once, without a request", async () => {
    const { vault, client } = await oneVault([]);
    await vault.seed([
      { name: "k", count: 12 },
      { name: "one", versions: 2 },
    ]);
    expect(vault.keyNames()).toHaveLength(13);
    vault.update("one", { enabled: false, tags: { a: "b" }, expires: "2031-01-01" });
    expect(vault.versionsOf("one").at(-1)).not.toBe(await vault.rotate("ONE"));
    vault.delete("k-0001");
    vault.delete("k-0002");
    vault.purge("k-0002");
    vault.recover("k-0001");
    expect(vault.requests()).toEqual([]);
    expect(vault.keyNames().slice(0, 2)).toEqual(["k-0001", "k-0003"]);
    const [older] = vault.versionsOf("one").slice(1);
    expect((await client.getKey("one", { version: older ?? "" })).properties).toMatchObject({
      enabled: false,
      tags: { a: "b" },
      expiresOn: new Date("2031-01-01"),
    });
    expect(() => vault.delete("k-0002")).toThrow("no key k-0002");
    await expect(vault.seed([{ name: "one" }])).rejects.toThrow("has a key one already");
    await expect(vault.seed([{ name: "hsm", type: "EC-HSM" }])).rejects.toThrow("standard vault");
  });

  it("have disabled keys backed up and read, or refused, as configured", async () => {
    const lenient = await oneVault([{ name: "k", enabled: false }]);
    await expect(backupOf(lenient.client, "k")).resolves.toBeInstanceOf(Buffer);
    const strict = await oneVault([{ name: "k", enabled: false }], { disabledBackup: "refuse", disabledGet: "refuse" });
    const disabled = { statusCode: 403, details: { error: { innerError: { code: "KeyDisabled" } } } };
    await expect(strict.client.backupKey("k")).rejects.toMatchObject(disabled);
    await expect(strict.client.getKey("k")).rejects.toMatchObject(disabled);
  });

  it("show a certificate's key, and refuse its backup", async () => {
    const { client } = await oneVault([{ name: "tls", managed: true }]);
    expect((await client.getKey("tls")).properties.managed).toBe(true);
    await expect(client.backupKey("tls")).rejects.toMatchObject({
      statusCode: 403,
      message: expect.stringContaining("associated with a certificate"),
      details: { error: { innerError: { code: "KeyManagedByKeyVault" } } },
    });
  });

  it("seed 10,000 different RSA keys in no time", async () => {
    const started = performance.now();
    const { client, vault } = await oneVault([{ name: "k", count: 10_000 }]);
    expect(performance.now() - started).toBeLessThan(3_000);
    expect(vault.keyNames()).toHaveLength(10_000);
    const moduli = new Set<string>();
    for (const name of vault.keyNames().filter((_, index) => index % 500 === 0)) {
      moduli.add(Buffer.from((await client.getKey(name)).key?.n ?? []).toString("hex"));
    }
    expect(moduli.size).toBe(20);
  });
});

describe("configuration", () => {
  it.each([
    [{ vaults: [] }, /vaults/],
    [{ vaults: [{ name: "kv-one", region: "atlantis" }] }, /region .*atlantis.* is not in the table/],
    [
      {
        vaults: [
          { name: "kv-one", region: "westeurope" },
          { name: "KV-ONE", region: "westeurope" },
        ],
      },
      /same name/,
    ],
    [{ vaults: [{ name: "kv-one", region: "westeurope", keys: [{ name: "a_b" }] }] }, /Invalid string/],
    [{ vaults: [{ name: "kv-one", region: "westeurope", permissions: ["read"] }] }, /not a permission/],
  ])("refuses %j", async (config, message) => {
    await expect(emulatorWith(config)).rejects.toThrow(message);
  });

  it("takes a region that the table does not know with a geography", async () => {
    const vaults = [{ name: "kv-one", region: "atlantis", geography: "Europe" }];
    expect((await emulatorWith({ vaults })).vaults).toHaveLength(1);
  });
});
