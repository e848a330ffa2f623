import * as z from "zod";
import { countsSchema, statuses, triggers } from "./manifest.ts";
import { tiers } from "./tiers.ts";

export const completedEvent = "VaultBackupCompleted";

/** The one structured log line per vault and run. Alerts and the workbook read it: its members are an interface. */
export const completedLineSchema = z.object({
  runId: z.string(),
  vault: z.string(),
  geography: z.string(),
  status: z.enum(statuses),
  trigger: z.enum(triggers),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  counts: countsSchema,
  keysGone: z.int().nonnegative(),
  bytes: z.int().nonnegative(),
  requests: z.int().nonnegative(),
  oldestBackupAt: z.iso.datetime().optional(),
  warnings: z.array(z.string()),
  code: z.string().optional(),
  manifests: z.array(z.object({ tier: z.enum(tiers), path: z.string(), sha256: z.string() })),
});
export type CompletedLine = z.infer<typeof completedLineSchema>;

export const formatCompletedLine = (line: CompletedLine): string => `${completedEvent} ${JSON.stringify(line)}`;
