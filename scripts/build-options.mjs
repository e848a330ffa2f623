import { fileURLToPath } from "node:url";

/** Libraries inside the bundle still call `require`; in an ES module it has to be made. */
const banner = [
  'import { createRequire as keyBackupCreateRequire } from "node:module";',
  "const require = keyBackupCreateRequire(import.meta.url);",
].join("\n");

/**
 * How everything is bundled that runs in Azure, or is measured as if it did.
 * @satisfies {import("esbuild").BuildOptions}
 */
export const buildOptions = {
  absWorkingDir: fileURLToPath(new URL("..", import.meta.url)),
  bundle: true,
  format: /** @type {const} */ ("esm"),
  splitting: true,
  platform: /** @type {const} */ ("node"),
  target: "node20",
  minify: true,
  keepNames: true,
  legalComments: /** @type {const} */ ("none"),
  // The Functions worker provides it, through Node's own require.
  external: ["@azure/functions-core"],
  banner: { js: banner },
  logLevel: /** @type {const} */ ("warning"),
};
