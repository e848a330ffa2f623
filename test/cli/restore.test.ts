import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { StandIns } from "../../local/stand-ins.ts";
import { createBlobStore } from "../../src/azure/blob-store.ts";
import { systemClock } from "../../src/azure/clock.ts";
import { sha256Of } from "../../src/catalog/hashes.ts";
import { manifestPath } from "../../src/catalog/paths.ts";
import type { BackupStore } from "../../src/ports/backup-store.ts";
import { startCliWorld } from "./cli-world.ts";
import { runCommandLine, steeringCharacters } from "./command-line.ts";

let world: StandIns;
let folder: string;
let daily: BackupStore;
beforeAll(async () => {
  world = await startCliWorld({ withMisplaced: false });
  folder = await mkdtemp(join(tmpdir(), "key-backup-restore-"));
  const sas = world.azurite.createOnlySas("europestore");
  const containerUrl = `${world.azurite.accountUrl("europestore")}/daily`;
  daily = createBlobStore({ containerUrl, sas, clock: systemClock });
  await runCommandLine(["backup"], world.env());
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

const run = (...words: string[]) => runCommandLine(words, world.env(), folder);

it("restores what was purged and goes on past a name that is taken", async () => {
  const vault = world.emulator.vault("contoso-identity");
  vault.delete("tenant-0001");
  vault.purge("tenant-0001");
  vault.delete("tenant-0002");
  const words = ["restore", "contoso-identity", "--all", "--run", "--confirm", "contoso-identity"];
  const { exitCode, stdout, stderr } = await run(...words, "--json");
  expect(exitCode).toBe(3);
  expect(stderr).toMatch(/^warning: key "tenant-0002": refused, key-soft-deleted: .*\n$/);
  expect(JSON.parse(stdout)).toMatchObject({
    status: "partial",
    counts: { restored: 1, alreadyThere: 1, refused: 1 },
    keys: [
      { name: "tenant-0001", outcome: "restored", proof: { proven: true }, point: { tier: "daily" } },
      { name: "tenant-0002", outcome: "refused", refusals: [{ code: "key-soft-deleted", kind: "state" }] },
      { name: "tenant-0003", outcome: "already-there" },
    ],
  });
  vault.recover("tenant-0002");
});

it.each([
  [["restore", "contoso-payments"], 2, "name the keys, or give --all"],
  [["restore", "contoso-payments", "signing", "--all"], 2, "not both"],
  [["restore", "contoso-payments", "signing", "--run"], 2, "--confirm"],
  [["restore", "contoso-payments", "signing", "--confirm", "contoso-payments"], 2, "--confirm is for --run"],
  [["restore", "contoso-payments", "signing", "--run", "--confirm", "contoso"], 4, "confirmation-differs"],
  [["restore", "contoso-payments", "signing", "--attempt", "geography-differs"], 2, "Allowed choices"],
  [["restore", "contoso-payments", "signing", "--to", "nowhere"], 2, "vault-not-configured"],
  [["keys", "nowhere"], 1, "source-not-found"],
  [["keys", "contoso-payments", "--as-of", "2026-11-24T02:00"], 2, "2026-11-24T02:00Z"],
  [["export", "contoso-payments", "nothing", "--out", "nothing.backup"], 1, "recovery-point-not-found"],
  [["export", "contoso-payments", "signing", "--out", "no/such/folder"], 2, "ENOENT"],
  [["export", "contoso-payments", "signing"], 2, "--out"],
] as const)("ends %j with exit code %s", async (words, exitCode, reason) => {
  const result = await run(...words);
  expect(result.stderr).toContain(reason);
  expect(result.exitCode).toBe(exitCode);
});

it("tells that a key has no recovery point", async () => {
  expect(await run("points", "contoso-payments", "nothing")).toMatchObject({ exitCode: 1, stderr: "" });
});

it("exports exactly what is stored, to a file for its owner only, and overwrites none", async () => {
  const file = join(folder, "signing.backup");
  const { exitCode, stdout } = await run("export", "contoso-payments", "signing", "--out", "signing.backup", "--json");
  expect(exitCode).toBe(0);
  const bytes = await readFile(file);
  expect(JSON.parse(stdout)).toMatchObject({ sha256: sha256Of(bytes), point: { sha256: sha256Of(bytes) } });
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  expect((await run("export", "contoso-payments", "wrapping", "--out", "signing.backup")).exitCode).toBe(4);
  expect(await readFile(file)).toEqual(bytes);
});

it("lists a vault that no longer exists, and lets nothing of its planted name steer the terminal", async () => {
  await daily.create(manifestPath("evil\u009b2j\u202evault", "20261123t020000z-1f3a9c"), Buffer.from("planted"), {});
  const { exitCode, stdout } = await run("vaults");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/^evil.*vault +Europe +no /m);
  expect(steeringCharacters(stdout)).toEqual([]);
  const json = await run("vaults", "--json");
  expect(steeringCharacters(json.stdout)).toEqual([]);
  expect(JSON.parse(json.stdout)).toMatchObject({
    vaults: expect.arrayContaining([
      expect.objectContaining({ vault: "evil\u009b2j\u202evault", configured: false }),
    ]) as unknown,
  });
});

it("shows no backup, token or signature in any answer", async () => {
  const marker = "planted-marker-of-a-backup";
  world.emulator.vault("contoso-identity").plantMarker(marker);
  const texts: string[] = [];
  for (const words of [
    ["restore", "contoso-identity", "--all", "--verbose", "--run", "--confirm", "contoso-identity"],
    ["points", "contoso-identity", "tenant-0001", "--json"],
    ["keys", "contoso-identity", "--json"],
    ["vaults", "--json"],
  ]) {
    const { stdout, stderr } = await run(...words);
    texts.push(stdout, stderr);
  }
  const text = texts.join("");
  expect(text.length).toBeGreaterThan(1000);
  const secrets = [
    marker,
    Buffer.from(marker).toString("base64url"),
    "local-token",
    "sig=",
    "AzureKeyVaultKeyBackupV1",
  ];
  expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
});
