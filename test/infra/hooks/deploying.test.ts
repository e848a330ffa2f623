import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { check, resolveConfig } from "prettier";
import { afterAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { root } from "../bicep-server.ts";
import { readYaml } from "../yaml.ts";

const at = (file: string) => path.join(root, file);
const textOf = (file: string) => readFileSync(at(file), "utf8");

const azureYaml = readYaml(textOf("azure.yaml"));
const { scripts } = z.object({ scripts: z.record(z.string(), z.string()) }).parse(JSON.parse(textOf("package.json")));
const hookNames = ["preprovision", "postprovision"];
const platforms = ["posix", "windows"];
const runOf = (hook: string, platform: string) => azureYaml[`hooks.${hook}.${platform}.run`] ?? "";
const runs = hookNames.flatMap((hook) => platforms.map((platform) => [hook, platform, runOf(hook, platform)] as const));
const npmScriptsIn = (text: string) => [...text.matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? "");
const scriptsIn = (text: string) => [...text.matchAll(/\bnode (infra\/[\w./-]+)/g)].map((match) => match[1] ?? "");
const isKnown = (command: string) =>
  command === "npm ci" ||
  Object.keys(scripts).some((name) => command === `npm run ${name}`) ||
  scriptsIn(command).some((file) => command === `node ${file}` && existsSync(at(file)));

describe("azure.yaml", () => {
  it("names the template that is deployed", () => {
    expect(azureYaml).toMatchObject({ name: "key-vault-backup", "infra.provider": "bicep" });
    expect(existsSync(at(`${azureYaml["infra.path"]}/${azureYaml["infra.module"]}.bicep`))).toBe(true);
    expect(existsSync(at(`${azureYaml["infra.path"]}/${azureYaml["infra.module"]}.bicepparam`))).toBe(true);
  });

  it("has both hooks for both platforms, and a hook that fails is a failure", () => {
    const shells = { posix: "sh", windows: "pwsh" };
    const expected = hookNames.flatMap((hook) =>
      Object.entries(shells).map(([platform, shell]) => [`hooks.${hook}.${platform}.shell`, shell]),
    );
    const others = Object.entries(azureYaml).filter(([name]) => name.startsWith("hooks.") && !name.endsWith(".run"));
    expect(others).toEqual(expected);
    expect(runs.map(([, , run]) => run).filter((run) => run === "")).toEqual([]);
  });

  it.each(hookNames)("%s runs the same on both, and tells azd how it ended", (hook) => {
    expect(runOf(hook, "windows")).toBe(`${runOf(hook, "posix")}; exit $LASTEXITCODE`);
  });

  it("packages before, and deploys the apps and locks the stores after", () => {
    expect(npmScriptsIn(runOf("preprovision", "posix"))).toEqual(["package"]);
    expect(scriptsIn(runOf("postprovision", "posix"))).toEqual([
      "infra/hooks/deploy-apps.mjs",
      "infra/hooks/lock-worm.mjs",
    ]);
  });

  it.each(runs)("%s on %s runs what exists: %s", (_hook, _platform, run) => {
    const commands = run.replace(/; exit \$LASTEXITCODE$/, "").split("&&");
    expect(commands.filter((command) => !isKnown(command.trim()))).toEqual([]);
  });

  it("would be seen to run what does not exist", () => {
    const unknown = ["node infra/hooks/deploy-app.mjs", "npm run packages", "infra/hooks/deploy-apps.mjs", ""];
    expect(unknown.filter(isKnown)).toEqual([]);
  });

  it("does not go on to the stores when the apps failed", () => {
    const env = { PATH: process.env["PATH"] };
    const ran = spawnSync("sh", ["-c", runOf("postprovision", "posix")], { cwd: root, encoding: "utf8", env });
    expect(ran).toMatchObject({ status: 2, stdout: "" });
    expect(ran.stderr).toMatch(/^deploy-apps: KEY_BACKUP_APPS is not set[^\n]*\n$/);
  });
});

describe("scripts/install-bicep.sh", () => {
  const file = "scripts/install-bicep.sh";
  it("can be executed, and is Bash that parses", () => {
    expect(statSync(at(file)).mode & 0o111).toBe(0o111);
    expect(spawnSync("bash", ["-n", at(file)], { encoding: "utf8" })).toMatchObject({ status: 0, stderr: "" });
  });
});

describe.each(readdirSync(at("infra/hooks")))("infra/hooks/%s", (name) => {
  const text = textOf(`infra/hooks/${name}`);

  it("names npm scripts and files that exist", () => {
    expect(npmScriptsIn(text).filter((script) => !(script in scripts))).toEqual([]);
    expect(scriptsIn(text).filter((script) => !existsSync(at(script)))).toEqual([]);
  });

  // .prettierignore leaves infra to Bicep's own formatter.
  it("is formatted as the program is", async () => {
    const options = { ...(await resolveConfig(at("package.json"))), parser: "babel" };
    expect(await check(text, options)).toBe(true);
    expect(await check(text.replace("import", "import "), options)).toBe(false);
  });

  it("needs nothing that is installed", () => {
    const imported = [...text.matchAll(/from "([^"]+)"/g)].map((match) => match[1] ?? "");
    expect(imported.length).toBeGreaterThan(0);
    expect(imported.filter((from) => !/^(?:node:|\.\/)/.test(from))).toEqual([]);
  });
});

it.each(["README.md", "CHANGELOG.md", "docs/deploy.md", "infra/main.bicep", "infra/store.bicep"])(
  "%s names hooks that exist",
  (file) => {
    const named = [...textOf(file).matchAll(/\binfra\/hooks\/[\w.-]*\w/g)].map(([name]) => name);
    expect(named.filter((name) => !existsSync(at(name)))).toEqual([]);
  },
);

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
    "test/infra/bicep.ts",
    ".local/azurite/x",
  ])("keeps %s out", (file) => {
    expect(ignored(file)).toBe(true);
  });
});
