import type { HttpRequest } from "@azure/functions";
import * as z from "zod";
import { tiers } from "../catalog/tiers.ts";
import { predictionCodes } from "../restore/refusal.ts";
import { readBody } from "./requests.ts";

/** More is the command line's work: an HTTP call must have answered within 230 s. */
export const mostKeysOverHttp = 50;

const vault = z.string().regex(/^[0-9a-zA-Z.-]{1,253}$/, "must be the name or host of a vault");
const keyName = z.string().regex(/^[0-9a-zA-Z-]{1,127}$/, "must be the name of a key");

const planShape = {
  source: z.strictObject({ vault }).describe("A vault that a store knows; it may no longer exist."),
  target: z.strictObject({ vault }).describe("A configured vault."),
  keys: z
    .union([z.literal("all"), z.array(keyName).min(1).max(mostKeysOverHttp)], {
      error: `must be "all", or 1 to ${mostKeysOverHttp} names of keys`,
    })
    .describe("Which keys; all: every key that the vault had as of the recovery point."),
  asOf: z.iso
    .datetime({ offset: true, error: "must be an instant, as in 2026-11-24T02:00:00Z" })
    .transform((text) => new Date(text))
    .optional(),
  tier: z.enum(tiers, { error: `must be one of ${tiers.join(", ")}` }).optional(),
  attempt: z
    .array(z.enum(predictionCodes, { error: `must be one of ${predictionCodes.join(", ")}` }))
    .max(predictionCodes.length)
    .optional()
    .describe("Predictions that are tried all the same, and recorded."),
  rotationPolicy: z.boolean({ error: "must be true or false" }).optional(),
  secondary: z.boolean({ error: "must be true or false" }).optional(),
};

export const planRequestSchema = z.strictObject(planShape);
export const restoreRequestSchema = z.strictObject({
  ...planShape,
  confirm: vault.describe("The name of the target vault, once more."),
});

/** A request as the rules take it. */
export interface AskedRestore {
  readonly vault: string;
  readonly target: string;
  readonly keys: readonly string[] | "all";
  readonly asOf?: Date | undefined;
  readonly tier?: (typeof tiers)[number] | undefined;
  readonly attempt?: readonly (typeof predictionCodes)[number][] | undefined;
  readonly rotationPolicy?: boolean | undefined;
  readonly secondary?: boolean | undefined;
}

/** @throws KeyBackupError `bad-request` with a sentence for each field. */
export async function readPlanRequest(request: HttpRequest): Promise<AskedRestore> {
  return flatten(await readBody(request, planRequestSchema));
}

/** @throws KeyBackupError `bad-request` with a sentence for each field. */
export async function readRestoreRequest(request: HttpRequest): Promise<AskedRestore & { readonly confirm: string }> {
  const body = await readBody(request, restoreRequestSchema);
  return { ...flatten(body), confirm: body.confirm };
}

function flatten({ source, target, ...rest }: z.infer<typeof planRequestSchema>): AskedRestore {
  const { keys, asOf, tier, attempt, rotationPolicy, secondary } = rest;
  return { vault: source.vault, target: target.vault, keys, asOf, tier, attempt, rotationPolicy, secondary };
}
