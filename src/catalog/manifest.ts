import * as z from "zod";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import { sha256Of } from "./hashes.ts";
import { keyEntrySchema, parseJson, type KeyEntry } from "./entry.ts";
import { tiers } from "./tiers.ts";

export const manifestFormat = "key-vault-backup/manifest";
export const statuses = ["succeeded", "partial", "failed"] as const;
export type Status = (typeof statuses)[number];
export const triggers = ["schedule", "http", "command-line"] as const;
export type Trigger = (typeof triggers)[number];

const instant = z.iso.datetime();
const warningSchema = z.object({ code: z.string(), message: z.string() });
export type Warning = z.infer<typeof warningSchema>;

export const manifestHeadSchema = z.object({
  kind: z.literal("head"),
  format: z.literal(manifestFormat),
  version: z.literal(1),
  run: z.object({
    id: z.string(),
    trigger: z.enum(triggers),
    reason: z.string().optional(),
    startedAt: instant,
    finishedAt: instant.describe("When this manifest was written."),
    toolVersion: z.string(),
  }),
  tier: z.enum(tiers),
  vault: z.object({
    name: z.string(),
    host: z.string(),
    resourceId: z.string(),
    tenantId: z.string().optional().describe("As the vault's sign-in challenge names it."),
    region: z.string().describe("As configured."),
    observedRegion: z.string().optional().describe("As the vault's answers name it."),
    geography: z.string(),
    operatorMadeRegions: z
      .array(z.string())
      .describe("Regions of this manifest that come from KEY_BACKUP_EXTRA_REGIONS."),
  }),
  store: z.object({ url: z.string(), region: z.string(), geography: z.string(), replication: z.string() }),
  status: z.enum(statuses),
  code: z.string().optional().describe("What hit the vault as a whole."),
  reason: z.string().optional(),
  warnings: z.array(warningSchema),
  previous: z
    .array(z.object({ runId: z.string(), sha256: z.string() }))
    .describe("Every manifest of this tier and vault that no other one names yet."),
  baseline: z
    .object({ tier: z.enum(tiers), runId: z.string() })
    .optional()
    .describe("The manifest that this run compared the vault with."),
});
export type ManifestHead = z.infer<typeof manifestHeadSchema>;

const count = z.int().nonnegative();
export const countsSchema = z.object({
  keys: count,
  backedUp: count,
  unchanged: count,
  skipped: count,
  failed: count,
  deleted: count,
});
export type Counts = z.infer<typeof countsSchema>;

export const manifestTotalsSchema = z.object({
  kind: z.literal("totals"),
  status: z.enum(statuses),
  counts: countsSchema,
  keysGone: count.describe("Keys that this run missed first."),
  bytes: count.describe("Bytes of the backups that this run stored in this tier."),
  requests: count.describe("Requests to Key Vault that the last attempt of this run made."),
  oldestBackupAt: instant.optional(),
});
export type ManifestTotals = z.infer<typeof manifestTotalsSchema>;

export interface Manifest {
  readonly head: ManifestHead;
  readonly keys: readonly KeyEntry[];
  readonly totals: ManifestTotals;
}

/** JSON Lines: a head, a line a key, totals. A reader that meets no totals has met a truncated manifest. */
export function writeManifest(manifest: Manifest): Uint8Array {
  const lines = [manifest.head, ...manifest.keys, manifest.totals].map((line) => JSON.stringify(line));
  return Buffer.from(`${lines.join("\n")}\n`);
}

/** @throws KeyBackupError `manifest-damaged` or `manifest-version-unknown`, naming `path` and the line. */
export function readManifest(bytes: Uint8Array, path: string): Manifest {
  const lines = Buffer.from(bytes).toString("utf8").split("\n");
  if (lines.pop() !== "" || lines.length < 2) throw damaged(path, "it is truncated");
  const first = parseJson(lines[0] ?? "");
  refuseUnknownVersion(first, path);
  const head = parseLine(manifestHeadSchema, first, path, 1);
  const totals = parseLine(manifestTotalsSchema, parseJson(lines.at(-1) ?? ""), path, lines.length);
  const keys = lines.slice(1, -1).map((line, index) => parseLine(keyEntrySchema, parseJson(line), path, index + 2));
  if (keys.length !== totals.counts.keys) throw damaged(path, `it names ${keys.length} of ${totals.counts.keys} keys`);
  return { head, keys, totals };
}

export const manifestHash = (bytes: Uint8Array): string => sha256Of(bytes);

function refuseUnknownVersion(head: unknown, path: string): void {
  if (typeof head !== "object" || head === null || !("format" in head) || head.format !== manifestFormat)
    throw damaged(path, "its first line is not the head of a manifest");
  if (!("version" in head) || head.version !== 1)
    throw new KeyBackupError("manifest-version-unknown", `read manifest ${path}: this program reads version 1 only`);
}

function parseLine<S extends z.ZodType>(schema: S, line: unknown, path: string, number: number): z.infer<S> {
  const parsed = schema.safeParse(line);
  if (parsed.success) return parsed.data;
  const field = parsed.error.issues[0]?.path.join(".") ?? "";
  throw damaged(path, `line ${number} is not what the format says${field === "" ? "" : ` (${field})`}`);
}

function damaged(path: string, reason: string): KeyBackupError {
  return new KeyBackupError("manifest-damaged", `read manifest ${path}: ${reason}`);
}
