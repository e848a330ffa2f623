import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Fixture {
  readonly appDirectory: string;
  remove(): Promise<void>;
}

/** Builds one of the fixture apps as the real app is built, into a folder of its own. */
export async function buildFixture(entry = "index", hostJson: object = {}): Promise<Fixture> {
  const appDirectory = await mkdtemp(join(tmpdir(), "functions-host-"));
  await build({
    entryPoints: [fileURLToPath(new URL(`fixture-app/${entry}.ts`, import.meta.url))],
    outfile: join(appDirectory, "dist/index.js"),
    bundle: true,
    platform: "node",
    format: "esm",
    target: "node20",
    external: ["@azure/functions-core"],
    banner: { js: `import { createRequire } from "node:module"; const require = createRequire(import.meta.url);` },
    logLevel: "error",
  });
  await writeFile(join(appDirectory, "package.json"), JSON.stringify({ type: "module", main: "dist/index.js" }));
  await writeFile(join(appDirectory, "host.json"), JSON.stringify({ version: "2.0", ...hostJson }));
  return { appDirectory, remove: () => rm(appDirectory, { recursive: true, force: true }) };
}
