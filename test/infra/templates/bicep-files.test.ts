import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { withFiles } from "../bicep.ts";
import { bicepCommand, BicepServer, root } from "../bicep-server.ts";

const under = (folder: string, ending: string): string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => path.join(folder, name));
const templates = [...under("infra", ".bicep"), ...under("test/infra", ".bicep")];
const parameters = [...under("infra", ".bicepparam"), ...under("test/infra", ".bicepparam")];

const bicep = new BicepServer();
afterAll(() => bicep.stop());

const compiledSchema = z.object({
  success: z.boolean(),
  diagnostics: z.array(z.object({ level: z.string(), code: z.string(), message: z.string() })),
  contents: z.string().nullish(),
});

const compile = async (file: string) => {
  const answer = await bicep.ask("compile", { path: path.resolve(root, file) });
  return compiledSchema.parse("error" in answer ? undefined : answer.result);
};

const formatted = async (file: string): Promise<string> => {
  const answer = await bicep.ask("format", { path: file });
  if ("error" in answer) throw new Error(answer.error);
  return z.object({ contents: z.string() }).parse(answer.result).contents;
};

describe("every Bicep file", () => {
  it.each([...templates, ...parameters])("%s is formatted", async (file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    expect(text.trimEnd()).toBe((await formatted(path.join(root, file))).trimEnd());
  });

  it("compiles without an error or a warning, by the levels of bicepconfig.json", () => {
    const ran = spawnSync(bicepCommand, ["lint", "--pattern", "infra/**/*.bicep"], { cwd: root, encoding: "utf8" });
    expect(ran.stdout + ran.stderr).not.toMatch(/(Warning|Error|Info) [\w-]+:/);
    expect(ran.status).toBe(0);
  });

  it.each(["infra/main.bicep", "infra/store.bicep"])(
    "%s builds into less than the 4 MB that a deployment takes",
    async (file) => {
      const { success, diagnostics, contents } = await compile(file);
      expect(diagnostics).toEqual([]);
      expect(success).toBe(true);
      expect(contents?.length).toBeGreaterThan(1_000);
      expect(contents?.length).toBeLessThan(4_000_000);
    },
  );

  it("stays small", () => {
    const long = templates.filter((file) => readFileSync(path.join(root, file), "utf8").split("\n").length > 250);
    expect(long).toEqual([]);
  });
});

describe("a file that is wrong is found", () => {
  it("by the formatter", async () => {
    const text = "param   name string\noutput  again string = name\n";
    const made = await withFiles({ "wide.bicep": text }, async (folder) => formatted(path.join(folder, "wide.bicep")));
    expect(made.trimEnd()).not.toBe(text.trimEnd());
  });

  it("by the linter", async () => {
    const files = {
      "bicepconfig.json": readFileSync(path.join(root, "infra/bicepconfig.json"), "utf8"),
      "unused.bicep": "param unused string\n",
    };
    const found = await withFiles(files, async (folder) => compile(path.join(folder, "unused.bicep")));
    expect(found.diagnostics).toMatchObject([{ code: "no-unused-params", level: "Error" }]);
  });

  it("by the linter, of which every rule that is on is an error", () => {
    const config = z
      .object({
        analyzers: z.object({ core: z.object({ rules: z.record(z.string(), z.object({ level: z.string() })) }) }),
      })
      .parse(JSON.parse(readFileSync(path.join(root, "infra/bicepconfig.json"), "utf8")));
    const levels = Object.entries(config.analyzers.core.rules).filter(([, { level }]) => !/^(error|off)$/.test(level));
    expect(levels).toEqual([]);
  });
});
