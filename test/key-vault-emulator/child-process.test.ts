import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type SpawnedKeyVaultEmulator, spawnKeyVaultEmulator } from "../../local/key-vault-emulator/spawn.ts";
import { backupOf, clientFor, oneVault, send } from "./clients.ts";

const subscriptionId = "11111111-0000-4000-8000-000000000000";
let emulator: SpawnedKeyVaultEmulator;

beforeAll(async () => {
  const keys = [{ name: "k", versions: 2, created: new Date("2025-01-01T00:00:00Z") }];
  emulator = await spawnKeyVaultEmulator({
    vaults: [{ name: "kv-child", region: "westeurope", subscriptionId, keys }],
  });
}, 30_000);
afterAll(() => emulator.close());

describe("the emulator in a process of its own", () => {
  it("makes backups that another process restores, in the same subscription and geography", async () => {
    const vault = emulator.vault("kv-child");
    const blob = await backupOf(clientFor(vault.url), "k");
    const { client } = await oneVault([], { region: "northeurope", subscriptionId });
    await client.listPropertiesOfKeys().next();
    await expect(client.restoreKeyBackup(blob)).resolves.toMatchObject({ name: "k" });
  });

  it("serves the real KeyClient, and obeys every control over its admin port", async () => {
    const vault = emulator.vault("kv-child");
    const client = clientFor(vault.url);
    expect((await client.getKey("k")).properties.createdOn).toEqual(new Date("2025-01-01T00:00:00Z"));
    expect(vault.resourceId).toContain(subscriptionId);
    await vault.seed([{ name: "more", count: 3, expires: new Date("2031-01-01") }, { name: "gone" }]);
    expect(await vault.keyNames()).toEqual(["gone", "k", "more-0001", "more-0002", "more-0003"]);
    const version = await vault.rotate("k");
    expect((await vault.versionsOf("k")).at(-1)).toBe(version);
    await vault.update("k", { enabled: false });
    expect((await client.getKey("k")).properties.enabled).toBe(false);
    await vault.delete("gone");
    await vault.recover("gone");
    await vault.purge("gone");
    expect(await vault.keyNames()).not.toContain("gone");

    await vault.addFaults([{ match: { op: "get" }, fault: { status: 503 } }]);
    await expect(client.getKey("k")).rejects.toMatchObject({ statusCode: 503 });
    await vault.clearFaults();
    await vault.setPermissions(["get", "backup"]);
    await expect(client.rotateKey("k")).rejects.toMatchObject({ statusCode: 403 });
    await vault.setRegion(null);
    expect((await send(vault.url, "/keys/k?api-version=7.4")).headers.get("x-ms-keyvault-region")).toBeNull();
    await vault.plantMarker("MARK-er");
    expect((await backupOf(client, "k")).includes("MARK-er")).toBe(true);
    await vault.setThrottle({ scale: 0.0001 });
    await expect(client.getKey("k")).rejects.toMatchObject({ statusCode: 429 });
    await vault.setThrottle(undefined);
    await vault.resetRequests();
    await vault.setLatency({ baseInMs: 30 });
    await client.getKey("k");
    expect(await vault.requests()).toMatchObject([{ op: "get", key: "k", status: 200 }]);
    expect(await vault.maxConcurrency()).toBe(1);
    await vault.setLatency(undefined);
  });

  it("says what is wrong with a control", async () => {
    await expect(emulator.vault("kv-child").delete("nothing")).rejects.toThrow("has no key nothing");
    const unknown = await fetch(`${emulator.adminUrl}/vaults/kv-child/explode`, { method: "POST" });
    expect(unknown.status).toBe(404);
  });

  it("ends with its parent: when standard input closes, and at SIGTERM", async () => {
    const config = { vaults: [{ name: "kv-brief", region: "westeurope" }] };
    const first = await spawnKeyVaultEmulator(config);
    await first.close();
    await expect(fetch(first.adminUrl)).rejects.toThrow("fetch failed");
    const second = await spawnKeyVaultEmulator(config);
    process.kill(second.pid, "SIGTERM");
    await expect.poll(() => isRunning(second.pid), { timeout: 10_000 }).toBe(false);
    await second.close();
  }, 30_000);

  it("explains its usage", async () => {
    const cli = fileURLToPath(new URL("../../local/key-vault-emulator/cli.ts", import.meta.url));
    const child = spawn(process.execPath, ["--import", "tsx", cli], { stdio: ["ignore", "ignore", "pipe"] });
    const [[text], [exitCode]] = await Promise.all([once(child.stderr, "data"), once(child, "exit")]);
    expect(String(text)).toContain("--config FILE.json");
    expect(exitCode).toBe(2);
  }, 30_000);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
