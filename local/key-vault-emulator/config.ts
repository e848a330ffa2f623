import * as z from "zod";
import { faultRuleSchema } from "./fault-rule.ts";
import { geographyOf } from "./geography.ts";

const instant = z.union([z.date(), z.string()]).transform((value, context) => {
  const date = new Date(value);
  if (!Number.isNaN(date.getTime())) return date;
  context.addIssue({ code: "custom", message: "not an instant" });
  return z.NEVER;
});

const name = z.string().regex(/^[0-9a-zA-Z-]{1,127}$/);
const tags = z.record(z.string(), z.string());

/** Members of a vault's access check; without them a call is answered 403 ForbiddenByRbac. */
export const permissions = [
  "list",
  "get",
  "create",
  "import",
  "update",
  "delete",
  "backup",
  "restore",
  "recover",
  "purge",
  "rotate",
  "rotationpolicy",
  "sign",
  "verify",
] as const;

export const permissionsSchema = z.array(
  z.string().refine((value) => (permissions as readonly string[]).includes(value), { error: "not a permission" }),
);

export const latencySchema = z.strictObject({
  baseInMs: z.number().min(0),
  jitterInMs: z.number().min(0).default(0),
});

/** Documented limits per vault and 10 s, in points: a call costs 4,000 / its row of the table, and the sum may not pass 4,000 × scale. */
export const throttleSchema = z.strictObject({
  scale: z.number().positive().default(1),
  windowInMs: z.number().positive().default(10_000),
  /** The documentation says both that rejected calls count and that they do not. */
  countRejected: z.boolean().default(false),
  /** Key Vault was only ever seen to send a 429 without Retry-After. */
  retryAfterInS: z.number().min(0).optional(),
  /** All vaults of one subscription and region together may use five times one vault's limit. */
  subscriptionCeiling: z.boolean().default(false),
});

export const keySeedSchema = z.strictObject({
  name,
  type: z.enum(["RSA", "RSA-HSM", "EC", "EC-HSM", "oct-HSM"]).default("RSA"),
  size: z.union([z.literal(2048), z.literal(3072), z.literal(4096)]).default(2048),
  curve: z.enum(["P-256", "P-384", "P-521", "P-256K"]).default("P-256"),
  versions: z.number().int().min(1).default(1),
  enabled: z.boolean().default(true),
  /** Owned by a certificate: listed and readable, its backup is refused. */
  managed: z.boolean().default(false),
  notBefore: instant.optional(),
  expires: instant.optional(),
  /** Of the newest version; each older one was made a day earlier. */
  created: instant.optional(),
  tags: tags.optional(),
  rotationPolicy: z.record(z.string(), z.unknown()).optional(),
  /** Makes name-0001, name-0002, …; with more digits from 10,000 on. */
  count: z.number().int().min(1).optional(),
});

export const attributeChangesSchema = z.strictObject({
  enabled: z.boolean().optional(),
  notBefore: instant.optional(),
  expires: instant.optional(),
  tags: tags.optional(),
});

const vaultSchema = z
  .strictObject({
    name: z.string().regex(/^[0-9a-zA-Z-]{3,24}$/),
    region: z.string(),
    /** Needed for a region that the region table does not know. */
    geography: z.string().optional(),
    subscriptionId: z.string().default("00000000-0000-4000-8000-000000000001"),
    resourceGroup: z.string().default("emulated"),
    tenantId: z.string().default("00000000-0000-4000-8000-00000000000a"),
    sku: z.enum(["standard", "premium"]).default("standard"),
    softDeleteRetentionDays: z.number().int().min(7).max(90).default(90),
    purgeProtection: z.boolean().default(false),
    permissions: permissionsSchema.default([...permissions]),
    keys: z.array(keySeedSchema).default([]),
    throttle: throttleSchema.optional(),
    latency: latencySchema.optional(),
    faults: z.array(faultRuleSchema).default([]),
  })
  .transform((vault, context) => {
    const geography = vault.geography ?? geographyOf(vault.region);
    if (geography !== undefined) return { ...vault, geography };
    context.addIssue({ code: "custom", message: `region "${vault.region}" is not in the table: give its geography` });
    return z.NEVER;
  });

export const emulatorConfigSchema = z
  .strictObject({
    vaults: z.array(vaultSchema).min(1),
    /** The only bearer token accepted; without it any that is not empty. */
    token: z.string().min(1).optional(),
    latency: latencySchema.optional(),
    throttle: throttleSchema.optional(),
    /** Real pages are ragged: short and empty ones are followed by more. */
    paging: z.enum(["plain", "ragged"]).default("plain"),
    pageSize: z.number().int().min(1).max(25).default(25),
    kidHost: z.enum(["dialled", "canonical"]).default("dialled"),
    seed: z.number().int().default(1),
    now: z.custom<() => Date>((value) => typeof value === "function").default(() => () => new Date()),
    /** How long a deleted key is in between: not in /keys, not yet in /deletedkeys. */
    deleteLatencyMs: z.number().min(0).default(0),
    /** How long a purged name still answers 409. */
    purgeLatencyMs: z.number().min(0).default(0),
    disabledBackup: z.enum(["ok", "refuse"]).default("ok"),
    disabledGet: z.enum(["ok", "refuse"]).default("ok"),
    tooManyVersions: z.enum(["refuse", "hang"]).default("refuse"),
    maxBackupVersions: z.number().int().min(1).default(500),
    /** How a premium vault's HSM key is refused by a standard vault; not documented. */
    hsmIntoStandard: z.union([z.literal(400), z.literal(403)]).default(400),
  })
  .refine(({ vaults }) => new Set(vaults.map((vault) => vault.name.toLowerCase())).size === vaults.length, {
    message: "two vaults have the same name",
  });

export type EmulatorConfig = z.input<typeof emulatorConfigSchema>;
export type VaultSeed = EmulatorConfig["vaults"][number];
export type KeySeed = z.input<typeof keySeedSchema>;
export type ThrottleConfig = z.input<typeof throttleSchema>;
export type LatencyConfig = z.input<typeof latencySchema>;
export type AttributeChanges = z.input<typeof attributeChangesSchema>;
export type EmulatorSettings = z.output<typeof emulatorConfigSchema>;
export type VaultSettings = EmulatorSettings["vaults"][number];
export type ParsedKeySeed = z.output<typeof keySeedSchema>;
