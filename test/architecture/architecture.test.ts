import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { InvocationContext } from "@azure/functions";
import { expect, it } from "vitest";
import type { Logger } from "../../src/ports/logger.ts";
import { importsOf, judgeFile, judgeImport } from "./import-rule.ts";

const src = fileURLToPath(new URL("../../src", import.meta.url));

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(".ts"));
}

it("lets no part of src/ import what it may not", () => {
  const files = sources(src);
  expect(files.length).toBeGreaterThan(60);
  expect(files.flatMap((path) => judgeFile(src, path))).toEqual([]);
});

it.each([
  ["a rule that imports an SDK", "backup/a.ts", 'import { KeyClient } from "@azure/keyvault-keys";'],
  ["a capability that imports another", "backup/a.ts", 'import { x } from "../restore/b.ts";'],
  ["a rule that imports an adapter", "restore/a.ts", 'import { x } from "../azure/key-vault.ts";'],
  ["a type that crosses the same border", "catalog/a.ts", 'import type { X } from "../config/config.ts";'],
  ["an adapter loaded at start-up", "wiring.ts", 'import { x } from "./azure/key-vault.ts";'],
  ["a re-export across a border", "geography/a.ts", 'export { x } from "../catalog/paths.ts";'],
  ["a lazy import across a border", "errors/a.ts", 'const x = await import("../config/config.ts");'],
  ["an import from the stand-ins", "backup/a.ts", 'import { x } from "../../local/demo.ts";'],
  ["a folder that the architecture has not", "utils/a.ts", 'import { x } from "./b.ts";'],
] as const)("finds %s", (_case, path, text) => {
  expect(importsOf(path, text).flatMap((found) => judgeImport(found) ?? [])).toHaveLength(1);
});

it.each([
  ["types of an adapter in the wiring", "wiring.ts", 'import type { X } from "./azure/key-vault.ts";'],
  ["an adapter on first use", "wiring.ts", 'const x = await import("./azure/key-vault.ts");'],
  ["a port in a rule", "backup/a.ts", 'import type { Clock } from "../ports/clock.ts";'],
] as const)("allows %s", (_case, path, text) => {
  expect(importsOf(path, text).flatMap((found) => judgeImport(found) ?? [])).toEqual([]);
});

it("keeps files small enough to read at one sitting", () => {
  const long = ["src", "local"].flatMap((folder) => {
    const root = fileURLToPath(new URL(`../../${folder}`, import.meta.url));
    return sources(root)
      .filter((path) => readFileSync(`${root}/${path}`, "utf8").split("\n").length > 251)
      .map((path) => `${folder}/${path}`);
  });
  expect(long).toEqual([]);
});

it("reads process.env in src/config only", () => {
  const readers = sources(src).filter((path) => readFileSync(`${src}/${path}`, "utf8").includes("process.env"));
  expect(readers.every((path) => path.startsWith("config/"))).toBe(true);
});

it("takes the context of an invocation as a logger, by its type", () => {
  const asLogger = (context: InvocationContext): Logger => context;
  expect(asLogger).toBeTypeOf("function");
});
