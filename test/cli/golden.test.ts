import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { StandIns } from "../../local/stand-ins.ts";
import { startCliWorld } from "./cli-world.ts";
import { runCommandLine, sessionText } from "./command-line.ts";

let world: StandIns;
let folder: string;
beforeAll(async () => {
  world = await startCliWorld({ withMisplaced: true });
  folder = await mkdtemp(join(tmpdir(), "key-backup-golden-"));
});
afterAll(async () => {
  await world.close();
  await rm(folder, { recursive: true });
});

/** One session after the other against the same vaults and store: each finds what those before it left. */
const sessions: readonly (readonly [string, readonly string[]])[] = [
  ["help", ["--help"]],
  ["backup-help", ["backup", "--help"]],
  ["restore-help", ["restore", "--help"]],
  ["doctor-before", ["doctor"]],
  ["backup-plan", ["backup", "--plan"]],
  ["runs-none", ["runs"]],
  ["backup", ["backup", "contoso-payments", "contoso-identity", "--reason", "before the migration"]],
  ["backup-partial", ["backup"]],
  ["runs", ["runs"]],
  ["doctor", ["doctor"]],
  ["doctor-all", ["doctor", "--all", "--restore"]],
  ["runs-json", ["runs", "--json", "--limit", "1"]],
  ["vaults", ["vaults"]],
  ["keys", ["keys", "contoso-payments"]],
  ["points", ["points", "contoso-payments", "signing"]],
  ["restore-refused", ["restore", "contoso-payments", "signing", "hsm-root", "--to", "contoso-archive"]],
  ["restore-deleted", ["restore", "contoso-payments", "signing"]],
  ["restore-plan", ["restore", "contoso-payments", "signing"]],
  ["restore-run", ["restore", "contoso-payments", "signing", "--run", "--confirm", "contoso-payments"]],
  ["restore-all", ["restore", "contoso-payments", "--all"]],
  ["export", ["export", "contoso-payments", "signing", "--out", "signing.backup"]],
  ["export-again", ["export", "contoso-payments", "signing", "--out", "signing.backup"]],
  ["inspect", ["inspect", "signing.backup"]],
];

/** What somebody did to the vault before a session. */
const deeds: Readonly<Record<string, () => void>> = {
  "restore-deleted": () => world.emulator.vault("contoso-payments").delete("signing"),
  "restore-plan": () => world.emulator.vault("contoso-payments").purge("signing"),
};

it.each(sessions)("shows %s as documented", async (name, words) => {
  deeds[name]?.();
  const text = sessionText(words, await runCommandLine(words, world.env(), folder));
  await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
});

it("knows of two runs: neither the doctor nor a plan starts one", async () => {
  const { stdout } = await runCommandLine(["runs", "--json"], world.env());
  expect(JSON.parse(stdout)).toMatchObject({ runs: [{ state: "partial" }, { state: "succeeded" }] });
});
