import { describe, expect, it } from "vitest";
import { clientFor, collect, emulatorWith, oneVault } from "./clients.ts";

describe("the real KeyClient", () => {
  it("creates keys of every type and reads them back", async () => {
    const { client } = await oneVault([], { sku: "premium" });
    await client.createRsaKey("rsa", { keySize: 3072, tags: { team: "pay" } });
    await client.createEcKey("ec", { curve: "P-384" });
    await client.createKey("hsm", "RSA-HSM");
    await client.createOctKey("oct", { hsm: true });

    const rsa = await client.getKey("rsa");
    expect(rsa).toMatchObject({ keyType: "RSA", name: "rsa", properties: { enabled: true, tags: { team: "pay" } } });
    expect(rsa.key?.n).toHaveLength(384);
    expect((await client.getKey("ec")).key).toMatchObject({ crv: "P-384" });
    expect((await client.getKey("hsm")).keyType).toBe("RSA-HSM");
    const oct = await client.getKey("oct");
    expect(oct.keyType).toBe("oct-HSM");
    expect(oct.key?.k).toBeUndefined();
  });

  it("finds a key whatever the case of its name, and keeps the name's own case", async () => {
    const { client } = await oneVault([{ name: "Signing-Key" }]);
    expect((await client.getKey("signing-KEY")).name).toBe("Signing-Key");
  });

  it("is refused an HSM key in a standard vault", async () => {
    const { client } = await oneVault([]);
    await expect(client.createKey("hsm", "EC-HSM")).rejects.toMatchObject({ statusCode: 400, code: "BadParameter" });
  });

  it("imports a key, and gets its public part back", async () => {
    const { client } = await oneVault([]);
    const { crv = "", x = "", y = "", d = "" } = await generateEcKey();
    const key = { kty: "EC", crv, x: fromText(x), y: fromText(y), d: fromText(d) };
    const imported = await client.importKey("imported", key);
    expect(Buffer.from(imported.key?.x ?? []).toString("base64url")).toBe(x);
    expect(imported.key?.d).toBeUndefined();
  });

  it("updates attributes and tags, and `updated` moves with them", async () => {
    let now = new Date("2026-01-01T00:00:00Z");
    const { client } = await oneVault([{ name: "k" }], { now: () => now });
    now = new Date("2026-02-01T00:00:00Z");
    const expiresOn = new Date("2027-01-01T00:00:00Z");
    const { properties } = await client.updateKeyProperties("k", { enabled: false, expiresOn, tags: { a: "b" } });
    expect(properties).toMatchObject({ enabled: false, expiresOn, tags: { a: "b" }, updatedOn: now });
    expect(properties.createdOn).toEqual(new Date("2026-01-01T00:00:00Z"));
  });

  it("rotates: a new version with other key material, older ones stay", async () => {
    const { client, vault } = await oneVault([{ name: "k", versions: 2 }]);
    const before = await client.getKey("k");
    const after = await client.rotateKey("k");
    expect(after.key?.n).not.toEqual(before.key?.n);
    expect(vault.versionsOf("k")).toEqual([expect.any(String), before.properties.version, after.properties.version]);
    expect((await client.getKey("k", { version: before.properties.version ?? "" })).key?.n).toEqual(before.key?.n);
  });

  it("keeps a rotation policy, shows a default without one, and lets a rotated key expire by it", async () => {
    const { client } = await oneVault([{ name: "k" }], { now: () => new Date("2026-01-31T00:00:00Z") });
    expect((await client.getKeyRotationPolicy("k")).lifetimeActions).toEqual([
      { action: "Notify", timeBeforeExpiry: "P30D" },
    ]);
    await client.updateKeyRotationPolicy("k", { expiresIn: "P1Y2D", lifetimeActions: [] });
    expect((await client.getKeyRotationPolicy("k")).expiresIn).toBe("P1Y2D");
    expect((await client.rotateKey("k")).properties.expiresOn).toEqual(new Date("2027-02-02T00:00:00Z"));
  });

  it("deletes, recovers and purges, with the SDK's pollers", async () => {
    const { client, vault } = await oneVault([{ name: "k" }, { name: "gone" }], { deleteLatencyMs: 50 });
    const deleted = await (await client.beginDeleteKey("k", { intervalInMs: 20 })).pollUntilDone();
    expect(deleted.properties.scheduledPurgeDate?.getTime()).toBeGreaterThan(Date.now() + 89 * 86_400_000);
    await expect(client.getKey("k")).rejects.toMatchObject({ statusCode: 404, code: "KeyNotFound" });
    expect((await collect(client.listDeletedKeys())).map(({ name }) => name)).toEqual(["k"]);
    await (await client.beginRecoverDeletedKey("k", { intervalInMs: 20 })).pollUntilDone();
    expect(vault.keyNames()).toEqual(["gone", "k"]);

    await (await client.beginDeleteKey("gone", { intervalInMs: 20 })).pollUntilDone();
    await client.purgeDeletedKey("gone");
    await expect(client.getDeletedKey("gone")).rejects.toMatchObject({ statusCode: 404 });
  });

  it("cannot purge where purge protection is on", async () => {
    const { client, vault } = await oneVault([{ name: "k" }], { purgeProtection: true });
    vault.delete("k");
    expect((await client.getDeletedKey("k")).properties.recoveryLevel).toBe("Recoverable");
    await expect(client.purgeDeletedKey("k")).rejects.toMatchObject({ statusCode: 403, code: "Forbidden" });
  });

  it("lists keys of every state, with what a backup plan needs", async () => {
    const created = new Date("2024-05-06T07:08:09Z");
    const { client } = await oneVault(
      [
        { name: "b-managed", managed: true },
        { name: "a-disabled", enabled: false, created },
        { name: "c-expired", expires: "2025-01-01T00:00:00Z", notBefore: "2024-01-01T00:00:00Z" },
        { name: "d-hsm", type: "EC-HSM", curve: "P-256K", tags: { owner: "me" } },
      ],
      { sku: "premium" },
    );
    const keys = await collect(client.listPropertiesOfKeys());
    expect(keys.map(({ name }) => name)).toEqual(["a-disabled", "b-managed", "c-expired", "d-hsm"]);
    expect(keys[0]).toMatchObject({ enabled: false, createdOn: created, updatedOn: created, version: undefined });
    expect(keys[1]).toMatchObject({ managed: true });
    expect(keys[2]).toMatchObject({ expiresOn: new Date("2025-01-01T00:00:00Z") });
    expect(keys[3]).toMatchObject({ tags: { owner: "me" }, managed: undefined });
  });

  it("has ids of the canonical host when told so, and next links that still can be dialled", async () => {
    const { client } = await oneVault([{ name: "k", count: 30 }], { kidHost: "canonical" });
    const keys = await collect(client.listPropertiesOfKeys());
    expect(keys).toHaveLength(30);
    expect(keys[29]?.id).toBe("https://kv-one.vault.azure.net/keys/k-0030");
  });

  it("is turned away with a token that the vault does not accept", async () => {
    const emulator = await emulatorWith({ token: "right", vaults: [{ name: "kv-one", region: "westeurope" }] });
    const { url } = emulator.vault("kv-one");
    await expect(collect(clientFor(url, "right").listPropertiesOfKeys())).resolves.toEqual([]);
    await expect(collect(clientFor(url, "wrong").listPropertiesOfKeys())).rejects.toMatchObject({
      statusCode: 401,
      code: "Unauthorized",
    });
  });
});

async function generateEcKey() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, true, ["sign"]);
  return crypto.subtle.exportKey("jwk", pair.privateKey);
}

function fromText(text: string): Buffer {
  return Buffer.from(text, "base64url");
}
