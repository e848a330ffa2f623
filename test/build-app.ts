import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** Tests of the built app load what is deployed: it is built before any of them, unless it is newer than its sources. */
export default function buildApp(): void {
  if (builtAt() > newestSourceAt()) return;
  const { status, stderr } = spawnSync(process.execPath, [`${root}/scripts/build.mjs`], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the app can't be built:\n${stderr}`);
}

function builtAt(): number {
  return statSync(`${root}/dist/index.js`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function newestSourceAt(): number {
  const paths = readdirSync(`${root}/src`, { recursive: true, encoding: "utf8" }).map((path) => `${root}/src/${path}`);
  return Math.max(
    ...[...paths, `${root}/package.json`, `${root}/scripts/build.mjs`].map((path) => statSync(path).mtimeMs),
  );
}
