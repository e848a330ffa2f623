// Builds the app into dist/: ES modules, split, so that the Azure SDKs are loaded on first use and not at a cold start.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { buildOptions } from "./build-options.mjs";

const root = fileURLToPath(new URL("..", import.meta.url));

const options = { ...buildOptions, sourcemap: true, metafile: true };

await rm(`${root}dist`, { recursive: true, force: true });
const result = await build({ ...options, entryPoints: ["src/index.ts"], outdir: "dist" });
await build({ ...options, entryPoints: ["src/cli/main.ts"], outdir: "dist/cli" });

const bytes = Object.entries(result.metafile.outputs)
  .filter(([path]) => path.endsWith(".js"))
  .reduce((sum, [, output]) => sum + output.bytes, 0);
process.stdout.write(`dist: ${Math.round(bytes / 1024)} KB of JavaScript\n`);
