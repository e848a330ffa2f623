// Builds the app into dist/: ES modules, split, so that the Azure SDKs are loaded on first use and not at a cold start.
import { rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Libraries inside the bundle still call `require`; in an ES module it has to be made. */
const banner = [
  'import { createRequire as keyBackupCreateRequire } from "node:module";',
  "const require = keyBackupCreateRequire(import.meta.url);",
].join("\n");

/** @type {import("esbuild").BuildOptions} */
const options = {
  absWorkingDir: root,
  bundle: true,
  format: "esm",
  splitting: true,
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: true,
  sourcemap: true,
  legalComments: "none",
  // The Functions worker provides it, through Node's own require.
  external: ["@azure/functions-core"],
  banner: { js: banner },
  metafile: true,
  logLevel: "warning",
};

await rm(`${root}dist`, { recursive: true, force: true });
const result = await build({ ...options, entryPoints: ["src/index.ts"], outdir: "dist" });
await build({ ...options, entryPoints: ["src/cli/main.ts"], outdir: "dist/cli" });

const bytes = Object.entries(result.metafile.outputs)
  .filter(([path]) => path.endsWith(".js"))
  .reduce((sum, [, output]) => sum + output.bytes, 0);
process.stdout.write(`dist: ${Math.round(bytes / 1024)} KB of JavaScript\n`);
