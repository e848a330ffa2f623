import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";
import { errorCodes } from "../../src/errors/codes.ts";
import { exitCodes } from "../../src/cli/exit-code.ts";

const read = (path: string): string => readFileSync(fileURLToPath(new URL(path, import.meta.url)), "utf8");
const page = read("../../docs/cli.md");
const golden = readdirSync(fileURLToPath(new URL("golden", import.meta.url))).map((name) =>
  read(`golden/${name}`).trimEnd(),
);
const blocks = [...page.matchAll(/^```text\n(\$ key-backup .*?)\n```$/gms)].map(([, block = ""]) => block);

it("shows sessions in docs/cli.md only as they are kept as golden output", () => {
  expect(blocks.length).toBeGreaterThan(8);
  expect(blocks.filter((block) => !golden.includes(block))).toEqual([]);
});

it("documents every exit code", () => {
  const documented = [...page.matchAll(/^\| (\d) \|/gm)].map(([, code]) => Number(code));
  expect(new Set(documented)).toEqual(new Set(Object.values(exitCodes)));
  const used = Object.values(errorCodes).map(({ exitCode }) => exitCode);
  expect(Object.values(exitCodes)).toEqual(expect.arrayContaining(used));
});

it("documents every command", () => {
  const help = read("golden/help.txt");
  const commands = [...help.matchAll(/^ {2}([a-z]+) (?:\[options\]|<)/gm)].map(([, name]) => name);
  expect(commands.length).toBeGreaterThan(3);
  expect(commands.filter((name) => !page.includes(`\`${name}`))).toEqual([]);
});
