import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { root } from "./bicep-server.ts";
import { readYaml } from "./yaml.ts";

const at = (file: string) => path.join(root, file);
const textOf = (file: string) => readFileSync(at(file), "utf8");

const azureYaml = readYaml(textOf("azure.yaml"));
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(textOf("package.json")));
const hooks = Object.entries(azureYaml).filter(([name]) => /^hooks\.\w+\.run$/.test(name));
const shellScripts = readdirSync(at("infra/hooks")).map((name) => `infra/hooks/${name}`);
const npmScriptsIn = (text: string) => [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? "");

describe("azure.yaml", () => {
  it("names the template that is deployed", () => {
    expect(azureYaml).toMatchObject({ name: "key-vault-backup", "infra.provider": "bicep" });
    expect(existsSync(at(`${azureYaml["infra.path"]}/${azureYaml["infra.module"]}.bicep`))).toBe(true);
    expect(existsSync(at(`${azureYaml["infra.path"]}/${azureYaml["infra.module"]}.bicepparam`))).toBe(true);
  });

  it("packages before, and deploys the apps after", () => {
    expect(hooks.map(([name]) => name)).toEqual(["hooks.preprovision.run", "hooks.postprovision.run"]);
    expect(npmScriptsIn(azureYaml["hooks.preprovision.run"] ?? "")).toEqual(["package"]);
  });

  it.each(hooks)("%s runs what exists: %s", (_name, run) => {
    const known = ["npm ci", ...Object.keys(scripts).map((name) => `npm run ${name}`), ...shellScripts];
    expect(run.split("&&").filter((command) => !known.includes(command.trim()))).toEqual([]);
  });
});

describe.each([...shellScripts, "scripts/install-bicep.sh"])("%s", (file) => {
  it("can be executed, and is Bash that parses", () => {
    expect(statSync(at(file)).mode & 0o111).toBe(0o111);
    expect(spawnSync("bash", ["-n", at(file)], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });

  it("names npm scripts that exist", () => {
    expect(npmScriptsIn(textOf(file)).filter((name) => !(name in scripts))).toEqual([]);
  });
});

it.each(shellScripts)("%s stops without its argument, and says why", (file) => {
  const env = { PATH: process.env["PATH"], KEY_BACKUP_APPS: "" };
  const ran = spawnSync("bash", [at(file)], { encoding: "utf8", env });
  expect(ran.status).not.toBe(0);
  expect(ran.stderr).toMatch(/deploy-apps: |usage: lock-worm/);
});

it("lock-worm.sh locks nothing without --yes-lock-forever", () => {
  const ran = spawnSync("bash", [at("infra/hooks/lock-worm.sh"), "/subscriptions/s/x/g/y/z"], { encoding: "utf8" });
  expect(ran).toMatchObject({ status: 2, stdout: "" });
  expect(ran.stderr).toContain("--yes-lock-forever");
});

describe(".funcignore", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "key-backup-funcignore-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  spawnSync("git", ["init", "-q", folder]);
  copyFileSync(at(".funcignore"), path.join(folder, ".gitignore"));
  const ignored = (file: string) =>
    spawnSync("git", ["-C", folder, "check-ignore", "-q", "--no-index", file]).status === 0;

  it.each(["host.json", "package.json", "dist/index.js", "dist/chunk-ABC.js"])("lets %s into the package", (file) => {
    expect(ignored(file)).toBe(false);
  });

  it.each([
    "src/index.ts",
    "local.settings.json",
    "infra/main.bicep",
    "node_modules/zod/index.js",
    "dist/index.js.map",
    ".env",
    "test/infra/yaml.ts",
    ".local/azurite/x",
  ])("keeps %s out", (file) => {
    expect(ignored(file)).toBe(true);
  });
});
