import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");

const bicep = execFileSync(path.join(root, "scripts/install-bicep.sh"), { encoding: "utf8" }).trim();

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export async function runBicep(...args: string[]): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const options = { cwd: root, timeout: 90_000, maxBuffer: 64 * 1024 * 1024 };
    execFile(bicep, args, options, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ exitCode: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

export interface Resource {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly apiVersion: string;
  readonly location?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly sku?: { readonly name: string };
  readonly identity?: { readonly userAssignedIdentities?: Readonly<Record<string, unknown>> };
  // The shape differs per type, and the policies are what checks it.
  // oxlint-disable-next-line typescript/no-explicit-any
  properties: any;
}

export const ids = {
  tenant: "00000000-0000-0000-0000-00000000000b",
  subscription: "00000000-0000-0000-0000-00000000000a",
};

/** Snapshots a parameter file, given by path or by text; the text may use '../main.bicep'. */
export async function snapshot(file: string): Promise<Outcome & { resources: Resource[] }> {
  const output = file.replace(/\.bicepparam$/, ".snapshot.json");
  const ran = await runBicep(
    ...["snapshot", file, "--mode", "overwrite", "--location", "westeurope", "--deployment-name", "test"],
    ...["--tenant-id", ids.tenant, "--subscription-id", ids.subscription],
  );
  if (ran.exitCode !== 0) return { ...ran, resources: [] };
  const resources = JSON.parse(await readFile(output, "utf8")).predictedResources as Resource[];
  await rm(output);
  return { ...ran, resources };
}

/** Writes a parameter file next to the samples for as long as `use` runs. */
export async function snapshotText(text: string): Promise<Outcome & { resources: Resource[] }> {
  const folder = await mkdtemp(path.join(root, "infra/.snapshot-"));
  try {
    const file = path.join(folder, "case.bicepparam");
    await writeFile(file, text);
    return await snapshot(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}
