import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { unzipSync } from "fflate";
import { root } from "../bicep-server.ts";

/** Made before the tests, by what `npm run package` runs. */
export const packagePath = path.join(root, "build/key-vault-backup.zip");

/** Unpacks what would be deployed into a folder of its own, far from node_modules. */
export function unpack(zip = packagePath): string {
  const folder = mkdtempSync(path.join(tmpdir(), "key-backup-package-"));
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip)))) {
    const file = path.join(folder, name);
    if (!file.startsWith(folder + path.sep)) throw new Error(`${name} leads out of the package`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
  return folder;
}
