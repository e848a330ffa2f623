import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { StandIns } from "../../local/stand-ins.ts";
import { createBlobStore } from "../../src/azure/blob-store.ts";
import { systemClock } from "../../src/azure/clock.ts";
import { planPath } from "../../src/catalog/paths.ts";
import { writePlan } from "../../src/catalog/plan.ts";
import { newRunId } from "../../src/catalog/run-id.ts";
import type { BackupStore } from "../../src/ports/backup-store.ts";
import { startCliWorld } from "./cli-world.ts";
import { runCommandLine, steeringCharacters } from "./command-line.ts";

const url = (world: StandIns) => world.azurite.accountUrl("europestore");
let world: StandIns;
let daily: BackupStore;

beforeAll(async () => {
  world = await startCliWorld({ withMisplaced: false });
  const sas = world.azurite.createOnlySas("europestore");
  daily = createBlobStore({ containerUrl: `${url(world)}/daily`, sas, clock: systemClock });
});
afterAll(async () => world.close());
beforeEach(() => {
  for (const vault of world.emulator.vaults) vault.clearFaults();
});

async function storePlan(reason: string, startedAt = new Date()): Promise<string> {
  const runId = newRunId(startedAt);
  const plan = {
    runId,
    trigger: "http",
    reason,
    startedAt: startedAt.toISOString(),
    toolVersion: "0.1.0",
    store: { url: url(world), region: "westeurope", geography: "Europe" },
    vaults: [
      { vault: "contoso-payments", name: "contoso-payments", requestsPerSecond: 100 },
      { vault: "contoso-identity", name: "contoso-identity", requestsPerSecond: 100 },
    ],
  } as const;
  await daily.create(planPath(runId), writePlan({ ...plan, vaults: [...plan.vaults] }), {});
  return runId;
}

it("refuses a second run beside one under way, and goes on with that one when told", async () => {
  const runId = await storePlan("stopped half way");
  const refused = await runCommandLine(["backup"], world.env());
  expect(refused).toMatchObject({ exitCode: 4, stderr: "" });
  expect(refused.stdout).toContain(`key-backup backup --resume ${runId}`);
  const resumed = await runCommandLine(["backup", "--resume", runId], world.env());
  expect(resumed).toMatchObject({ exitCode: 0, stderr: "" });
  expect(resumed.stdout).toContain(`Run ${runId}: succeeded`);
  const done = await runCommandLine(["backup", "--resume", runId, "--json"], world.env());
  expect(JSON.parse(done.stdout)).toMatchObject({ runId, state: "succeeded" });
});

it("shows a reason from outside without what could steer the terminal", async () => {
  const runId = await storePlan("\u001b[2J\u001b]0;owned\u0007harmless\u202e", new Date(Date.now() - 86_400_000 * 3));
  const { stdout } = await runCommandLine(["runs"], world.env());
  expect(stdout).toContain("harmless");
  expect(steeringCharacters(stdout)).toEqual([]);
  const json = await runCommandLine(["runs", runId, "--json"], world.env());
  expect(steeringCharacters(json.stdout)).toEqual([]);
  expect(JSON.parse(json.stdout)).toMatchObject({ reason: "\u001b[2J\u001b]0;owned\u0007harmless\u202e" });
});

it("ends as partial when a key fails, and tells which and why", async () => {
  const refuse = { status: 403, code: "Forbidden", innererror: "KeyOperationForbidden", message: "Not this key." };
  world.emulator.vault("contoso-identity").addFaults([{ match: { op: "backup", name: "tenant-0002" }, fault: refuse }]);
  const { exitCode, stdout } = await runCommandLine(["backup", "contoso-identity"], world.env());
  expect(exitCode).toBe(3);
  expect(stdout).toMatch(/^ {2}tenant-0002: key-operation-forbidden: /m);
});

it("fails when the only vault can't be listed, and leaves a manifest that says so", async () => {
  const down = { status: 403, code: "Forbidden", innererror: "ForbiddenByRbac", message: "Caller is not authorized." };
  world.emulator.vault("contoso-identity").addFaults([{ match: { op: "list" }, fault: down }]);
  const { exitCode, stdout, stderr } = await runCommandLine(["backup", "contoso-identity"], world.env());
  expect(exitCode).toBe(1);
  expect(stderr).toContain("ForbiddenByRbac");
  expect(stdout).toMatch(/contoso-identity +Europe +(failed|partial)/);
});

it.each([
  [["backup", "nowhere"], 2, "nowhere"],
  [["backup", "--plan", "nowhere"], 2, "nowhere"],
  [["backup", "--plan", "--resume", "20261124t020000z-1f3a9c"], 2, "--resume"],
  [["backup", "--resume", "20261124t020000z-1f3a9c"], 1, "no store knows it"],
  [["runs", "--limit", "none"], 2, "whole number"],
  [["nonsense"], 2, "unknown command"],
  [[], 2, "Usage"],
  [["inspect"], 2, "missing required argument"],
  [["inspect", "no-such-file"], 2, "ENOENT"],
] as const)("ends %j with exit code %s", async (words, exitCode, reason) => {
  const result = await runCommandLine(words, world.env());
  expect(result.exitCode).toBe(exitCode);
  expect(result.stderr).toContain(reason);
});

it("names every problem of the settings at once, on stderr, and as JSON for machines", async () => {
  const env = world.env({ KEY_BACKUP_STORES: "[]", KEY_BACKUP_KEEP_DAYS: '{"daily":0}' });
  const { exitCode, stdout, stderr } = await runCommandLine(["runs", "--json"], env);
  expect(exitCode).toBe(2);
  expect(stderr).toContain("KEY_BACKUP_KEEP_DAYS");
  const problems: unknown = expect.arrayContaining([
    expect.stringContaining("KEY_BACKUP_STORES"),
    expect.stringContaining("KEY_BACKUP_KEEP_DAYS"),
  ]);
  expect(JSON.parse(stdout)).toMatchObject({ error: { code: "bad-configuration", problems } });
});

it("lets the doctor report bad settings as findings", async () => {
  const { exitCode, stdout } = await runCommandLine(["doctor", "--json"], world.env({ KEY_BACKUP_STORES: "[]" }));
  expect(exitCode).toBe(1);
  const remedy: unknown = expect.stringContaining("Correct");
  expect(JSON.parse(stdout)).toMatchObject({ findings: [{ check: "settings", state: "failed", remedy }] });
});

it("shows no token, signature or backup in any answer or error", async () => {
  const marker = "planted-marker-of-a-backup";
  world.emulator.vault("contoso-identity").plantMarker(marker);
  const env = world.env();
  const sessions = [
    ["backup", "contoso-identity", "--verbose"],
    ["doctor", "--all"],
    ["runs", "--json"],
  ];
  const texts: string[] = [];
  for (const words of sessions) {
    const { stdout, stderr } = await runCommandLine(words, env);
    texts.push(stdout, stderr);
  }
  const secrets = [marker, Buffer.from(marker).toString("base64url"), "local-token", "sig="];
  expect(texts.join("").length).toBeGreaterThan(1000);
  expect(secrets.filter((secret) => texts.join("").includes(secret))).toEqual([]);
});

it("asks for a sign-in outside of local mode, in its own words", async () => {
  const group = { subscriptionId: "6f1f63e0-9c1e-4b7a-8f5c-0a3d5b7c9e11", resourceGroup: "rg", region: "westeurope" };
  const store = { url: "https://contoso.blob.core.windows.net", region: "northeurope", replication: "GZRS" };
  const env = {
    PATH: "",
    // Asks the tools of this machine only, of which there are none on this path.
    AZURE_TOKEN_CREDENTIALS: "dev",
    KEY_BACKUP_VAULTS: JSON.stringify([{ ...group, vaults: ["contoso"] }]),
    KEY_BACKUP_STORES: JSON.stringify([store]),
  };
  const { exitCode, stderr } = await runCommandLine(["runs"], env);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("(credential-unavailable)");
  expect(stderr).toContain("What to do: Sign in (az login)");
});
