import { createHash, createPublicKey, verify } from "node:crypto";
import type { KeyClient, KeyVaultKey } from "@azure/keyvault-keys";
import { CryptographyClient } from "@azure/keyvault-keys";
import { describe, expect, it } from "vitest";
import { wrappingKeys } from "../../local/key-vault-emulator/wrapping-keys.ts";
import { backupOf, clientFor, emulatorWith, oneVault } from "./clients.ts";

/** A client that has answered its challenge: a fresh one may lose the body of its first call. */
async function warmClient(url: string): Promise<KeyClient> {
  const client = clientFor(url);
  await client.listPropertiesOfKeys().next();
  return client;
}

async function sixVaults() {
  const subscriptionId = "11111111-0000-4000-8000-000000000000";
  const emulator = await emulatorWith({
    vaults: [
      { name: "kv-west", region: "westeurope", subscriptionId, sku: "premium" },
      { name: "kv-north", region: "northeurope", subscriptionId },
      { name: "kv-other-subscription", region: "westeurope", subscriptionId: "22222222-0000-4000-8000-000000000000" },
      { name: "kv-us", region: "eastus", subscriptionId },
      { name: "kv-us-west2", region: "westus2", subscriptionId },
      { name: "kv-france", region: "francecentral", subscriptionId },
    ],
  });
  return { emulator, clientOf: (name: string) => warmClient(emulator.vault(name).url) };
}

const undecryptable = { statusCode: 400, code: "Malformed backup blob", message: "Cannot decrypt backup blob." };

describe("restore", () => {
  it("brings every version back to another vault of the geography, ids, attributes and tags unchanged, without policy", async () => {
    const { emulator, clientOf } = await sixVaults();
    const rotationPolicy = { lifetimeActions: [], attributes: { expiryTime: "P90D" } };
    const facts = { enabled: false, created: "2024-01-02T03:04:05Z", expires: "2030-01-01T00:00:00Z" };
    await emulator
      .vault("kv-west")
      .seed([{ name: "Pay", versions: 3, tags: { team: "pay" }, rotationPolicy, ...facts }]);
    const [west, north] = [await clientOf("kv-west"), await clientOf("kv-north")];
    await north.restoreKeyBackup(await backupOf(west, "Pay"));

    expect(emulator.vault("kv-north").versionsOf("Pay")).toEqual(emulator.vault("kv-west").versionsOf("Pay"));
    const [before, after] = [await west.getKey("Pay"), await north.getKey("Pay")];
    const { vaultUrl: _from, id: _fromId, ...expected } = before.properties;
    expect(after.properties).toMatchObject(expected);
    expect(after.key?.n).toEqual(before.key?.n);
    expect((await west.getKeyRotationPolicy("Pay")).expiresIn).toBe("P90D");
    expect((await north.getKeyRotationPolicy("Pay")).expiresIn).toBeUndefined();
  });

  it.each([["kv-other-subscription"], ["kv-us"], ["kv-us-west2"], ["kv-france"]])(
    "of a European backup fails in %s",
    async (target) => {
      const { emulator, clientOf } = await sixVaults();
      await emulator.vault("kv-west").seed([{ name: "k" }]);
      const blob = await backupOf(await clientOf("kv-west"), "k");
      await expect((await clientOf(target)).restoreKeyBackup(blob)).rejects.toMatchObject(undecryptable);
      expect(emulator.vault(target).keyNames()).toEqual([]);
    },
  );

  it("works between West US 2 and East US, though their backups name different wrapping keys", async () => {
    const { emulator, clientOf } = await sixVaults();
    await emulator.vault("kv-us-west2").seed([{ name: "k" }]);
    await emulator.vault("kv-us").seed([{ name: "other" }]);
    const blob = await backupOf(await clientOf("kv-us-west2"), "k");
    const us = await clientOf("kv-us");
    expect(kidOf(blob)).not.toBe(kidOf(await backupOf(us, "other")));
    await expect(us.restoreKeyBackup(blob)).resolves.toMatchObject({ name: "k" });
  });

  it("is bound to the true geography, whatever region the vault reports", async () => {
    const { emulator, clientOf } = await sixVaults();
    await emulator.vault("kv-west").seed([{ name: "k" }]);
    const blob = await backupOf(await clientOf("kv-west"), "k");
    emulator.vault("kv-us").setRegion("westeurope");
    await expect((await clientOf("kv-us")).restoreKeyBackup(blob)).rejects.toMatchObject(undecryptable);
  });

  it("refuses an HSM key in a standard vault", async () => {
    const { emulator, clientOf } = await sixVaults();
    await emulator.vault("kv-west").seed([{ name: "k", type: "RSA-HSM" }]);
    const blob = await backupOf(await clientOf("kv-west"), "k");
    await expect((await clientOf("kv-north")).restoreKeyBackup(blob)).rejects.toMatchObject({ statusCode: 400 });
  });

  it("refuses flipped, truncated and foreign bytes, each as recorded or reported", async () => {
    const { client } = await oneVault([{ name: "k" }]);
    const blob = await backupOf(client, "k");
    const flipped = Buffer.from(blob);
    flipped[1_000] = (flipped[1_000] ?? 0) === 65 ? 66 : 65;
    await expect(client.restoreKeyBackup(flipped)).rejects.toMatchObject(undecryptable);
    await expect(client.restoreKeyBackup(blob.subarray(0, 120))).rejects.toMatchObject({
      code: "Malformed backup blob",
      message: "Backup blob contains invalid or corrupt version.",
    });
  });

  it("refuses a name that is live or deleted", async () => {
    const { client, vault } = await oneVault([{ name: "k" }]);
    const blob = await backupOf(client, "k");
    await expect(client.restoreKeyBackup(blob)).rejects.toMatchObject({ statusCode: 409, code: "Conflict" });
    vault.delete("k");
    await expect(client.restoreKeyBackup(blob)).rejects.toMatchObject({
      statusCode: 409,
      details: { error: { innerError: { code: "ObjectIsDeletedButRecoverable" } } },
    });
  });

  it.each([
    ["RSA", { type: "RSA" }, "RS256", "sha256"],
    ["RSA 3072", { type: "RSA", size: 3072 }, "RS384", "sha384"],
    ["RSA-HSM 4096", { type: "RSA-HSM", size: 4096 }, "RS512", "sha512"],
    ["P-256", { type: "EC" }, "ES256", "sha256"],
    ["P-256K", { type: "EC", curve: "P-256K" }, "ES256K", "sha256"],
    ["P-384", { type: "EC", curve: "P-384" }, "ES384", "sha384"],
    ["P-521", { type: "EC-HSM", curve: "P-521" }, "ES512", "sha512"],
  ] as const)("proves itself: the restored %s key signs what the original public key verifies", async (...row) => {
    const [, kind, algorithm, hash] = row;
    const { client, vault } = await oneVault([{ name: "k", ...kind }], { sku: "premium" });
    const original = await client.getKey("k");
    const blob = await backupOf(client, "k");
    vault.purge("k");
    await client.restoreKeyBackup(blob);
    const message = Buffer.from("what the restored key signs");
    const digest = createHash(hash).update(message).digest();
    const restored = cryptographyClient(original.id ?? "");
    const { result } = await restored.sign(algorithm, digest);

    const publicKey = { key: publicKeyOf(original), dsaEncoding: "ieee-p1363" } as const;
    expect(verify(hash, message, publicKey, result)).toBe(true);
    expect((await restored.verify(algorithm, digest, result)).result).toBe(true);
    const other = createHash(hash).update("something else").digest();
    expect((await restored.verify(algorithm, other, result)).result).toBe(false);
  });
});

describe("wrapping keys", () => {
  it("are those of geography and subscription, and the same in every process", () => {
    expect(sealingKid("Europe", "sub", "westeurope")).toBe(sealingKid("Europe", "SUB", "northeurope"));
    expect(sealingKid("Europe", "sub", "westeurope")).not.toBe(sealingKid("Europe", "other", "westeurope"));
    expect(sealingKid("Europe", "sub", "westeurope")).not.toBe(sealingKid("France", "sub", "francecentral"));
    expect(sealingKid("Europe", "sub", "westeurope")).toBe("fbbb8518-1130-4177-a8e4-a8f2844c964d");
  });
});

function kidOf(blob: Buffer): unknown {
  const [header = ""] = blob.toString("latin1").slice(39).split(".");
  return /"kid":"([^"]+)"/.exec(Buffer.from(header, "base64url").toString("utf8"))?.[1];
}

function cryptographyClient(keyId: string): CryptographyClient {
  const credential = { getToken: async () => ({ token: "local", expiresOnTimestamp: Date.now() + 3_600_000 }) };
  // Ids alone: given the whole key, the SDK verifies here and not in the vault.
  return new CryptographyClient(keyId, credential, {
    disableChallengeResourceVerification: true,
    allowInsecureConnection: true,
  });
}

function publicKeyOf({ key, keyType = "" }: KeyVaultKey) {
  if (keyType.startsWith("RSA")) {
    return createPublicKey({ format: "jwk", key: { kty: "RSA", n: toText(key?.n), e: toText(key?.e) } });
  }
  const crv = key?.crv === "P-256K" ? "secp256k1" : (key?.crv ?? "");
  return createPublicKey({ format: "jwk", key: { kty: "EC", crv, x: toText(key?.x), y: toText(key?.y) } });
}

function toText(bytes: Uint8Array | undefined): string {
  return Buffer.from(bytes ?? []).toString("base64url");
}

function sealingKid(geography: string, subscriptionId: string, region: string): string {
  return wrappingKeys(geography, subscriptionId, region).sealing.kid;
}
