import { mkdtemp, rm } from "node:fs/promises";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import { build } from "esbuild";
import { buildOptions } from "../scripts/build-options.mjs";

export interface Bundles {
  /** The bundled script of a TypeScript file of this folder. */
  path(script: string): string;
  remove(): Promise<void>;
}

/** Bundles scripts as the app is bundled, so that what is measured is what would be deployed. */
export async function bundleScripts(scripts: readonly string[]): Promise<Bundles> {
  const folder = await mkdtemp(join(tmpdir(), "key-vault-backup-bench-"));
  await build({
    ...buildOptions,
    entryPoints: scripts.map((script) => `bench/${script}`),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
  });
  return {
    path: (script) => join(folder, `${basename(script, ".ts")}.mjs`),
    remove: () => rm(folder, { recursive: true }),
  };
}
