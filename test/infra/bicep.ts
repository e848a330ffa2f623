import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import * as z from "zod";
import { root, type BicepServer } from "./bicep-server.ts";

const resourceSchema = z.object({
  id: z.string(),
  type: z.string(),
  name: z.string(),
  apiVersion: z.string(),
  location: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  sku: z.looseObject({ name: z.string() }).optional(),
  identity: z.looseObject({ userAssignedIdentities: z.record(z.string(), z.unknown()).optional() }).optional(),
  // The shape differs per type, and the policies are what checks it.
  properties: z.any().optional(),
});
export type Resource = z.infer<typeof resourceSchema>;

const answerSchema = z.object({ snapshot: z.string() });
const predictionSchema = z.object({
  predictedResources: z.array(resourceSchema),
  outputs: z.record(z.string(), z.unknown()),
});
export type Prediction = z.infer<typeof predictionSchema>;

/** Where and by whom the deployment is said to be made. */
export const metadata = {
  tenantId: "00000000-0000-0000-0000-00000000000b",
  subscriptionId: "00000000-0000-0000-0000-00000000000a",
  location: "westeurope",
  deploymentName: "test",
};

const { subscriptionId, ...ofAManagementGroup } = metadata;
const targets = { subscription: { ...ofAManagementGroup, subscriptionId }, managementGroup: ofAManagementGroup };

const ask = async (bicep: BicepServer, file: string, target: keyof typeof targets = "subscription") =>
  bicep.ask("getSnapshot", { path: path.resolve(root, file), metadata: targets[target], externalInputs: [] });

/** What a deployment with this parameter file would make and put out: what `bicep snapshot` writes. */
export async function predict(bicep: BicepServer, file: string, target?: keyof typeof targets): Promise<Prediction> {
  const answer = await ask(bicep, file, target);
  if ("error" in answer) throw new Error(`${file}: ${answer.error}`);
  return parsePrediction(answerSchema.parse(answer.result).snapshot);
}

export const parsePrediction = (text: string): Prediction => predictionSchema.parse(JSON.parse(text));

export const snapshot = async (bicep: BicepServer, file: string): Promise<Resource[]> =>
  (await predict(bicep, file)).predictedResources;

/** Why these parameters are refused; rejects when they are not. */
export async function refusalOf(bicep: BicepServer, file: string): Promise<string> {
  const answer = await ask(bicep, file);
  if ("error" in answer) return answer.error;
  throw new Error(`${file} is not refused`);
}

/** Writes files into a folder of their own for as long as `use` runs. `ROOT` in a text is the way from there to the repository. */
export async function withFiles<T>(
  files: Readonly<Record<string, string>>,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), "key-backup-infra-"));
  try {
    for (const [name, text] of Object.entries(files)) {
      await writeFile(path.join(folder, name), text.replaceAll("ROOT", path.relative(folder, root)));
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}
