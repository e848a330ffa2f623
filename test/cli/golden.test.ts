import { afterAll, beforeAll, expect, it } from "vitest";
import type { StandIns } from "../../local/stand-ins.ts";
import { startCliWorld } from "./cli-world.ts";
import { runCommandLine, sessionText } from "./command-line.ts";

let world: StandIns;
beforeAll(async () => {
  world = await startCliWorld({ withMisplaced: true });
});
afterAll(async () => world.close());

/** One session after the other against the same vaults and store: each finds what those before it left. */
const sessions: readonly (readonly [string, readonly string[]])[] = [
  ["help", ["--help"]],
  ["backup-help", ["backup", "--help"]],
  ["doctor-before", ["doctor"]],
  ["backup-plan", ["backup", "--plan"]],
  ["runs-none", ["runs"]],
  ["backup", ["backup", "contoso-payments", "contoso-identity", "--reason", "before the migration"]],
  ["backup-partial", ["backup"]],
  ["runs", ["runs"]],
  ["doctor", ["doctor"]],
  ["doctor-all", ["doctor", "--all"]],
  ["runs-json", ["runs", "--json", "--limit", "1"]],
];

it.each(sessions)("shows %s as documented", async (name, words) => {
  const text = sessionText(words, await runCommandLine(words, world.env()));
  await expect(text).toMatchFileSnapshot(`golden/${name}.txt`);
});

it("knows of two runs: neither the doctor nor a plan starts one", async () => {
  const { stdout } = await runCommandLine(["runs", "--json"], world.env());
  expect(JSON.parse(stdout)).toMatchObject({ runs: [{ state: "partial" }, { state: "succeeded" }] });
});
