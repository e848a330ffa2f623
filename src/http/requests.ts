import type { HttpRequest } from "@azure/functions";
import * as z from "zod";
import { toDotPath } from "zod/v4/core";
import { KeyBackupError } from "../errors/key-backup-error.ts";

const name = z.string().regex(/^[0-9a-zA-Z.-]{1,253}$/, "must be the name or host of a configured vault");

export const backupRequestSchema = z.strictObject({
  vaults: z.array(name).min(1, "must name at least one vault, or be left out for all").max(1000).optional(),
  reason: z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\p{Cc}\p{Cf}]*$/u, "must be one line of plain text")
    .optional(),
});

const mostBodyBytes = 256 * 1024;

/**
 * Reads a JSON body; an empty one counts as `{}`.
 * @throws KeyBackupError `bad-request` with a sentence for each field.
 */
export async function readBody<S extends z.ZodType>(request: HttpRequest, schema: S): Promise<z.infer<S>> {
  const text = await request.text();
  if (Buffer.byteLength(text) > mostBodyBytes) throw badRequest([`body: must be at most ${mostBodyBytes / 1024} KB`]);
  return check(schema, text.trim() === "" ? {} : parse(text), "body");
}

/** @throws KeyBackupError `bad-request`. */
export function check<S extends z.ZodType>(schema: S, value: unknown, where: string): z.infer<S> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw badRequest(
    parsed.error.issues.map((issue) => {
      const field = issue.path.length > 0 ? toDotPath(issue.path) : where;
      return `${field}: ${issue.code === "unrecognized_keys" ? unknownFields(issue.keys) : issue.message}`;
    }),
  );
}

const unknownFields = (keys: readonly string[]): string =>
  `has ${keys.length === 1 ? "a field" : `${keys.length} fields`} that this call does not take`;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw badRequest(["body: must be JSON"]);
    throw error;
  }
}

function badRequest(problems: readonly string[]): KeyBackupError {
  return new KeyBackupError("bad-request", `read the request: ${problems.join("; ")}`, { problems });
}
