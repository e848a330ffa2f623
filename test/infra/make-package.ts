import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import buildApp from "../build-app.ts";

/** What the rehearsals deploy, made once before all of them. */
export default function makePackage(): void {
  buildApp();
  const script = fileURLToPath(new URL("../../scripts/package.mjs", import.meta.url));
  const { status, stderr } = spawnSync(process.execPath, [script], { encoding: "utf8" });
  if (status !== 0) throw new Error(`the package can't be made:\n${stderr}`);
}
