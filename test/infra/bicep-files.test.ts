import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { root, runBicep } from "./bicep.ts";

const under = (folder: string, ending: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending) && !name.includes(".snapshot"))
    .map((name) => path.join(folder, name));
const templates = under("infra", ".bicep");
const parameters = [...under("infra", ".bicepparam"), ...under("test/infra", ".bicepparam")];

describe("every Bicep file", () => {
  it.each([...templates, ...parameters])("%s is formatted", async (file) => {
    const formatted = await runBicep("format", file, "--stdout");
    expect(readFileSync(path.join(root, file), "utf8").trimEnd()).toBe(formatted.stdout.trimEnd());
  });

  it("compiles without an error or a warning, by the levels of bicepconfig.json", async () => {
    const ran = await runBicep("lint", "--pattern", "infra/**/*.bicep");
    expect(ran.stdout + ran.stderr).not.toMatch(/(Warning|Error|Info) [\w-]+:/);
    expect(ran.exitCode).toBe(0);
  });

  it.each(["infra/main.bicep", "infra/store.bicep"])("%s builds into less than the 4 MB that a deployment takes", async (file) => {
    const built = await runBicep("build", file, "--stdout");
    expect(built.stderr).toBe("");
    expect(built.stdout.length).toBeLessThan(4_000_000);
  });

  it("stays small", () => {
    const long = templates.filter((file) => readFileSync(path.join(root, file), "utf8").split("\n").length > 250);
    expect(long).toEqual([]);
  });
});
