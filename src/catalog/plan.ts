import * as z from "zod";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import { parseJson } from "./entry.ts";
import { triggers } from "./manifest.ts";

export const planFormat = "key-vault-backup/plan";

/** What a run set out to do in one store. With the manifests it is the whole state of a run. */
export const planSchema = z.object({
  format: z.literal(planFormat),
  version: z.literal(1),
  runId: z.string(),
  trigger: z.enum(triggers),
  reason: z.string().optional(),
  requestedBy: z.string().optional(),
  startedAt: z.iso.datetime(),
  toolVersion: z.string(),
  store: z.object({ url: z.string(), region: z.string(), geography: z.string() }),
  vaults: z.array(
    z.object({
      vault: z.string().describe("The vault's host: the first folder below manifests/ and blobs/."),
      name: z.string(),
      requestsPerSecond: z.number().positive().describe("The share of the vault's limit that this run may use."),
    }),
  ),
});
export type Plan = z.infer<typeof planSchema>;

export function writePlan(plan: Omit<Plan, "format" | "version">): Uint8Array {
  return Buffer.from(`${JSON.stringify({ format: planFormat, version: 1, ...plan }, undefined, 2)}\n`);
}

/** @throws KeyBackupError `manifest-damaged` when the bytes are not a plan that this version reads. */
export function readPlan(bytes: Uint8Array, path: string): Plan {
  const parsed = planSchema.safeParse(parseJson(Buffer.from(bytes).toString("utf8")));
  if (parsed.success) return parsed.data;
  throw new KeyBackupError("manifest-damaged", `read plan ${path}: it is not a plan that this program reads`);
}
