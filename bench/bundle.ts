import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export interface Bundles {
  /** The bundled script of a TypeScript file of this folder. */
  path(script: string): string;
  remove(): Promise<void>;
}

const banner = [
  'import { createRequire as keyBackupCreateRequire } from "node:module";',
  "const require = keyBackupCreateRequire(import.meta.url);",
].join("\n");

/** Bundles scripts as scripts/build.mjs bundles the app, so that what is measured is what would be deployed. */
export async function bundleScripts(scripts: readonly string[]): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), "key-vault-backup-bench-"));
  await build({
    absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
    entryPoints: scripts.map((script) => `bench/${script}`),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    splitting: true,
    platform: "node",
    target: "node20",
    minify: true,
    keepNames: true,
    external: ["@azure/functions-core"],
    banner: { js: banner },
    logLevel: "warning",
  });
  return {
    path: (script) => join(folder, `${basename(script, ".ts")}.mjs`),
    remove: () => rm(folder, { recursive: true }),
  };
}
