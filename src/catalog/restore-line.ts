import * as z from "zod";

export const restoreEvent = "KeyRestoreCompleted";

export const restoreStatuses = ["succeeded", "partial", "failed", "refused"] as const;

/** The one structured log line of a restore. Alerts and the workbook read it: its members are an interface. */
export const restoreLineSchema = z.object({
  restoreId: z.string(),
  source: z.string(),
  target: z.string(),
  status: z.enum(restoreStatuses),
  requestedBy: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime(),
  counts: z.object({
    keys: z.int().nonnegative(),
    restored: z.int().nonnegative(),
    alreadyThere: z.int().nonnegative(),
    refused: z.int().nonnegative(),
    failed: z.int().nonnegative(),
    notReached: z.int().nonnegative(),
  }),
  /** Predictions that were overridden. */
  attempted: z.array(z.string()),
  /** Of refusals and failures, each once. */
  codes: z.array(z.string()),
  warnings: z.array(z.string()),
});
export type RestoreLine = z.infer<typeof restoreLineSchema>;

export const formatRestoreLine = (line: RestoreLine): string => `${restoreEvent} ${JSON.stringify(line)}`;
