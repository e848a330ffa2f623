// Makes what is deployed: build/package/ (the folder) and build/key-vault-backup.zip.
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { zipSync } from "fflate";

const root = fileURLToPath(new URL("..", import.meta.url));
const { name, version, type, main } = JSON.parse(await readFile(`${root}package.json`, "utf8"));

const files = new Map();
files.set("host.json", await readFile(`${root}host.json`));
files.set("package.json", Buffer.from(`${JSON.stringify({ name, version, type, main }, undefined, 2)}\n`));
for (const file of await readdir(`${root}dist`))
  if (file.endsWith(".js")) files.set(`dist/${file}`, await readFile(`${root}dist/${file}`));

await rm(`${root}build`, { recursive: true, force: true });
await mkdir(`${root}build/package/dist`, { recursive: true });
for (const [path, bytes] of files) await writeFile(`${root}build/package/${path}`, bytes);
const zip = zipSync(Object.fromEntries(files), { level: 9, mtime: new Date("1980-01-01T00:00:00Z") });
await writeFile(`${root}build/key-vault-backup.zip`, zip);
process.stdout.write(`build/key-vault-backup.zip: ${files.size} files, ${Math.round(zip.length / 1024)} KB\n`);
