import * as z from "zod";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import { isRunId } from "./run-id.ts";

/** The name of the queue that carries a run: one message a vault. */
export const vaultQueue = "vault-backups";

/** Ids and numbers only: addresses come from the configuration, never from a message. */
export const vaultMessageSchema = z.object({
  version: z.literal(1),
  runId: z.string().refine(isRunId),
  vault: z.string().min(1).max(253),
  /** Counts the time slices of this vault in this run, from 1. */
  slice: z.int().min(1).max(10_000),
  /** Slices in a row that backed up nothing. */
  idleSlices: z.int().min(0).max(100).default(0),
  requestsPerSecond: z.number().positive().max(10_000),
});
export type VaultMessage = z.infer<typeof vaultMessageSchema>;

/** @throws KeyBackupError `bad-message`, without a word of the message's content. */
export function parseVaultMessage(message: unknown): VaultMessage {
  const parsed = vaultMessageSchema.safeParse(message);
  if (parsed.success) return parsed.data;
  const fields = parsed.error.issues.map((issue) => issue.path.join(".") || "message").join(", ");
  throw new KeyBackupError("bad-message", `read message of queue ${vaultQueue}: not of the expected form (${fields})`);
}
