import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import type { StandIns } from "../../local/stand-ins.ts";
import { startCliWorld } from "./cli-world.ts";
import { runCommandLine } from "./command-line.ts";

let world: StandIns;
beforeAll(async () => {
  world = await startCliWorld({ withMisplaced: false });
  await runCommandLine(["backup"], world.env());
});
afterAll(async () => world.close());
beforeEach(() => {
  const vault = world.emulator.vault("contoso-identity");
  vault.setPermissions(["list", "get", "backup", "restore", "rotationpolicy"]);
  vault.setRegion("northeurope");
});

const diagnose = async (words: readonly string[] = []) => {
  const { exitCode, stdout } = await runCommandLine(["doctor", "--json", ...words], world.env());
  return { exitCode, answer: JSON.parse(stdout) as unknown };
};
const finding = (check: string, state: string, code: string): unknown =>
  expect.objectContaining({
    findings: expect.arrayContaining([expect.objectContaining({ subject: "contoso-identity", check, state, code })]),
  });

it("ends with 0 where all is well", async () => {
  const { exitCode, stdout } = await runCommandLine(["doctor"], world.env());
  expect(stdout).toMatch(/^\d+ checks: \d+ good, 0 warnings, 0 failed, 0 not probed\.\n$/);
  expect(exitCode).toBe(0);
});

it("ends with 3 on a warning", async () => {
  world.emulator.vault("contoso-identity").setRegion("westeurope");
  const { exitCode, answer } = await diagnose();
  expect(answer).toEqual(finding("region", "warning", "region-differs"));
  expect(exitCode).toBe(3);
});

it.each([
  ["backup", ["list", "get", "restore", "rotationpolicy"]],
  ["get", ["list", "backup", "restore", "rotationpolicy"]],
  ["list", ["get", "backup", "restore", "rotationpolicy"]],
] as const)("tells that the right to %s is missing, with no key touched", async (check, permissions) => {
  const vault = world.emulator.vault("contoso-identity");
  vault.setPermissions([...permissions]);
  vault.resetRequests();
  const { exitCode, answer } = await diagnose();
  expect(answer).toEqual(finding(check, "failed", "vault-forbidden-rbac"));
  expect(exitCode).toBe(1);
  const touched = vault.requests().filter(({ op, status }) => op === "backup" && status === 200);
  expect(touched).toEqual([]);
});

it("probes the right to restore, with nothing restored", async () => {
  const vault = world.emulator.vault("contoso-identity");
  const before = vault.keyNames();
  expect((await diagnose(["--restore"])).exitCode).toBe(0);
  vault.setPermissions(["list", "get", "backup", "rotationpolicy"]);
  const { exitCode, answer } = await diagnose(["--restore"]);
  expect(answer).toEqual(finding("restore", "failed", "vault-forbidden-rbac"));
  expect(exitCode).toBe(1);
  expect(vault.keyNames()).toEqual(before);
});
