import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sha256Of } from "../../src/catalog/hashes.ts";
import { backupOutline } from "../memory/backup-outline.ts";
import { runCommandLine, steeringCharacters } from "./command-line.ts";

const wrappingKeyId = "4385b07b-d547-42e5-ae9e-610dc39dfaf8";
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "key-backup-inspect-"));
});
afterAll(async () => rm(folder, { recursive: true }));

const inspect = async (name: string, bytes: Uint8Array, words: readonly string[] = []) => {
  await writeFile(join(folder, name), bytes);
  return runCommandLine(["inspect", name, ...words], {}, folder);
};

it("reads the header of a backup without settings, service or sign-in", async () => {
  const bytes = backupOutline(wrappingKeyId, 2);
  const { exitCode, stdout, stderr } = await inspect("signing.backup", bytes);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  expect(stdout).toContain("a backup from a Key Vault");
  expect(stdout).toContain(wrappingKeyId);
  expect(stdout).toContain(sha256Of(bytes));
});

it("answers machines", async () => {
  const bytes = backupOutline(wrappingKeyId, 1);
  const { stdout } = await inspect("signing.backup", bytes, ["--json"]);
  expect(JSON.parse(stdout)).toEqual({
    file: "signing.backup",
    bytes: bytes.byteLength,
    sha256: sha256Of(bytes),
    kind: "vault",
    wrappingKeyId,
    algorithm: "RSA-OAEP-256",
    encryption: "A256CBC-HS512",
  });
});

it.each([
  ["text", Buffer.from("hello")],
  ["nothing", Buffer.alloc(0)],
] as const)("fails on a file of %s", async (name, bytes) => {
  const { exitCode, stdout } = await inspect(name, bytes);
  expect(exitCode).toBe(1);
  expect(stdout).toContain("not recognised");
});

it("lets nothing of a planted file or its name steer the terminal", async () => {
  const header = Buffer.from(JSON.stringify({ kid: "\u001b[2Jkid\u0007", alg: "\u009b31m" })).toString("base64url");
  const planted = Buffer.from(`&AzureKeyVaultKeyBackupV1.microsoft.com${header}.a.b.c.d`);
  const { exitCode, stdout } = await inspect("evil\u001b[31m.backup", planted);
  expect(exitCode).toBe(0);
  expect(steeringCharacters(stdout)).toEqual([]);
  expect(stdout).toContain("kid");
});
