import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { backupOf, oneVault } from "./clients.ts";

const prefix = "&AzureKeyVaultKeyBackupV1.microsoft.com";

function outlineOf(blob: Buffer) {
  const text = blob.toString("latin1");
  const parts = text.slice(prefix.length).split(".");
  const bytes = (index: number) => Buffer.from(parts[index] ?? "", "base64url");
  return {
    prefix: text.slice(0, prefix.length),
    parts: parts.length,
    header: bytes(0)
      .toString("utf8")
      .replace(/[0-9a-f]{8}-[0-9a-f-]{27}/, "(guid)"),
    encryptedKey: bytes(1).length,
    initializationVector: bytes(2).length,
    blocks: bytes(3).length % 16,
    tag: bytes(4).length,
  };
}

describe("backup bytes", () => {
  it("have the outline of a recorded real backup, and about its size", async () => {
    const text = readFileSync(new URL("recordings/key-life-cycle.json", import.meta.url), "utf8");
    const [, value = ""] = /"value": "(JkF6[\w-]+)"/.exec(text) ?? [];
    const real = Buffer.from(value, "base64url");
    const { client } = await oneVault([{ name: "ec", type: "EC" }, { name: "rsa" }]);
    const blob = await backupOf(client, "ec");
    expect(outlineOf(real).header).toBe('{"kid":"(guid)","alg":"RSA-OAEP-256","enc":"A256CBC-HS512"}');
    expect(outlineOf(blob)).toEqual(outlineOf(real));
    expect(blob.length / real.length).toBeGreaterThan(0.85);
    expect(blob.length / real.length).toBeLessThan(1.15);
    expect((await backupOf(client, "rsa")).length).toBeGreaterThan(7_000);
  });

  it("differ each time, though the key is the same", async () => {
    const { client } = await oneVault([{ name: "k", type: "EC" }]);
    expect((await backupOf(client, "k")).equals(await backupOf(client, "k"))).toBe(false);
  });

  it("grow with each version, up to 500; then the backup is refused", async () => {
    const { client, vault } = await oneVault([{ name: "k", versions: 500 }]);
    expect((await backupOf(client, "k")).length).toBeGreaterThan(3_000_000);
    await vault.rotate("k");
    await expect(client.backupKey("k")).rejects.toMatchObject({ statusCode: 400, code: "BadRequest" });
  });

  it("never come for a key of too many versions, if so configured", async () => {
    const { client } = await oneVault([{ name: "k", type: "EC", versions: 501 }], { tooManyVersions: "hang" });
    const abortSignal = AbortSignal.timeout(200);
    await expect(client.backupKey("k", { abortSignal })).rejects.toMatchObject({ name: "AbortError" });
  });

  it("hold a planted marker, keep their outline, and are still restored", async () => {
    const { client, vault } = await oneVault([{ name: "k" }]);
    const marker = "LEAK-marker_0123456789-0123456789";
    expect((await backupOf(client, "k")).includes(marker)).toBe(false);
    vault.plantMarker(marker);
    const blob = await backupOf(client, "k");
    expect(blob.includes(marker)).toBe(true);
    expect(outlineOf(blob)).toMatchObject({ parts: 5, encryptedKey: 256, initializationVector: 16, tag: 32 });
    vault.purge("k");
    await expect(client.restoreKeyBackup(blob)).resolves.toMatchObject({ name: "k" });
  });
});
