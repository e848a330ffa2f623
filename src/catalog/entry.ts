import * as z from "zod";
import { tiers } from "./tiers.ts";

const instant = z.iso.datetime().describe("ISO 8601, UTC");
const sha256 = z
  .string()
  .regex(/^[0-9a-f]{64}$/)
  .describe("SHA-256, lower-case hexadecimal");

export const outcomes = ["backed-up", "unchanged", "skipped", "failed", "deleted"] as const;
export type Outcome = (typeof outcomes)[number];

export const storedBackupSchema = z.object({
  path: z
    .string()
    .regex(/^blobs\/[^/]+\/[^/]+\/keys\/[0-9a-z-]{1,127}\.backup$/)
    .describe("Where the bytes are, in the container that holds the manifest."),
  sha256,
  bytes: z.int().positive(),
  takenAt: instant.describe("When Backup Key returned these bytes. A copy keeps the instant of its original."),
  header: z
    .object({
      kind: z.enum(["vault", "managed-hsm", "unrecognised"]),
      wrappingKeyId: z.string().optional(),
      algorithm: z.string().optional(),
      encryption: z.string().optional(),
    })
    .describe("What the outside of the backup says. For diagnosis only."),
});
export type StoredBackup = z.infer<typeof storedBackupSchema>;

/**
 * One key in a manifest. With a `backup`, everything from `enabled` to `rotationPolicy` describes the key as it is in
 * that backup, whatever the outcome of this run; without one, as the vault listed it.
 */
export const keyEntrySchema = z.object({
  kind: z.literal("key"),
  name: z.string().regex(/^[0-9a-zA-Z-]{1,127}$/),
  outcome: z.enum(outcomes),
  code: z.string().optional().describe("Why, where the outcome needs a reason: a code of docs/backup-format.md."),
  reason: z.string().optional().describe("The same for people."),
  enabled: z.boolean().optional(),
  createdAt: instant.optional(),
  updatedAt: instant.optional(),
  notBefore: instant.optional(),
  expiresAt: instant.optional(),
  tagsSha256: sha256.optional(),
  keyType: z.string().optional().describe("RSA, RSA-HSM, EC, EC-HSM or oct-HSM."),
  versions: z.array(z.string()).optional().describe("Ids of all versions in the backup, newest first."),
  versionsCertain: z
    .boolean()
    .optional()
    .describe("False when the key changed while it was backed up, or when its versions could not be read."),
  thumbprint: z.string().optional().describe("RFC 7638 thumbprint of the newest version; absent for symmetric keys."),
  rotationPolicy: z
    .record(z.string(), z.unknown())
    .nullable()
    .optional()
    .describe("Backup Key does not carry it. null: the key has none. Absent: it could not be read."),
  backup: storedBackupSchema.optional(),
  backupLost: z
    .enum(["backup-missing", "backup-damaged"])
    .optional()
    .describe("The last backup could not be carried on: what was found at its path."),
  deleted: z
    .object({
      since: instant.describe("Start of the run that first missed the key."),
      keptIn: z.array(z.enum(tiers)).describe("Longer tiers that hold its last backup since then."),
    })
    .optional(),
});
export type KeyEntry = z.infer<typeof keyEntrySchema>;

export const entryFormat = "key-vault-backup/entry";

/** The file beside each backup: enough to restore from when every manifest is lost. */
export const entryFileSchema = z.object({
  format: z.literal(entryFormat),
  version: z.literal(1),
  runId: z.string(),
  vault: z.object({
    host: z.string(),
    resourceId: z.string(),
    region: z.string(),
    observedRegion: z.string().optional(),
    geography: z.string(),
  }),
  entry: keyEntrySchema,
});
export type EntryFile = z.infer<typeof entryFileSchema>;

export function writeEntryFile(file: Omit<EntryFile, "format" | "version">): Uint8Array {
  return Buffer.from(`${JSON.stringify({ format: entryFormat, version: 1, ...file })}\n`);
}

/** `undefined` when the bytes are not an entry file of a version that this program knows. */
export function readEntryFile(bytes: Uint8Array): EntryFile | undefined {
  const parsed = entryFileSchema.safeParse(parseJson(Buffer.from(bytes).toString("utf8")));
  return parsed.success ? parsed.data : undefined;
}

/** `undefined` for text that is not JSON; nothing here ever stores a bare `undefined`. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
