import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/** Packs what `npm run build` has built, into build/. */
export async function makePackage(): Promise<void> {
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL("../scripts/package.mjs", import.meta.url))]);
}
