import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { root } from "../bicep-server.ts";

/** Makes the zip as `npm run package` does, from an app that is built already. */
export function makePackage(): string {
  const { status, stderr } = spawnSync(process.execPath, ["scripts/package.mjs"], { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Error(`the package can't be made:\n${stderr}`);
  return path.join(root, "build/key-vault-backup.zip");
}

/** Unpacks what would be deployed into a folder of its own, far from node_modules. */
export function unpack(zip: string): string {
  const folder = mkdtempSync(path.join(tmpdir(), "key-backup-package-"));
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
    const file = path.join(folder, name);
    if (!file.startsWith(folder + path.sep)) throw new Error(`${name} leads out of the package`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return folder;
}
