import * as z from "zod";

/** What a request asks for; the words of the request log and of fault rules. */
export const operations = [
  "list",
  "listVersions",
  "get",
  "create",
  "import",
  "update",
  "delete",
  "backup",
  "restore",
  "listDeleted",
  "getDeleted",
  "recover",
  "purge",
  "rotate",
  "getRotationPolicy",
  "updateRotationPolicy",
  "sign",
  "verify",
  "unknown",
] as const;
export type Operation = (typeof operations)[number];

const operation = z.enum(operations);
const milliseconds = z.number().min(0);

const faultSchema = z.strictObject({
  /** An error answer instead of the real one; code and message have the service's own words as default. */
  status: z.number().int().min(200).max(599).optional(),
  code: z.string().optional(),
  innererror: z.string().optional(),
  message: z.string().optional(),
  /** Added to whatever is answered. */
  headers: z.record(z.string(), z.string()).optional(),
  retryAfter: z.union([z.number(), z.string()]).optional(),
  /** 401 that says that the bearer token has expired. */
  expiredToken: z.literal(true).optional(),
  /** A proxy's page with this status. */
  html: z.number().int().optional(),
  /** The status (that of `status`, else the real one), without a body. */
  emptyBody: z.literal(true).optional(),
  delayMs: z.union([milliseconds, z.strictObject({ min: milliseconds, max: milliseconds })]).optional(),
  /** Never answers. */
  hang: z.literal(true).optional(),
  /** Breaks the connection: before anything is done, or after the work and the headers, or in the middle of the body. */
  reset: z.enum(["before", "afterHeaders", "midBody"]).optional(),
  /** Well-formed HTTP, but the body ends after so many bytes. */
  truncateBody: z.number().int().min(0).optional(),
  /** The work is done, then the answer is lost: as `status` or `html` says, else the connection breaks. */
  applyThenFail: z.literal(true).optional(),
  corruptBlob: z.enum(["bitflip", "truncate", "empty", "absent"]).optional(),
  /** Repeats, or leaves out, the first item of a page. */
  duplicateItem: z.literal(true).optional(),
  dropItem: z.literal(true).optional(),
  /** Points the next link to another host, given as an origin. */
  badNextLink: z.union([z.literal(true), z.string()]).optional(),
  /** What `x-ms-keyvault-region` says in this answer; null removes the header. */
  region: z.string().nullable().optional(),
  /** Somebody else at work on the same vault. `name` is the request's key when absent. */
  effect: z
    .strictObject({
      do: z.enum(["rotate", "delete", "purge", "recover", "disable"]),
      name: z.string().optional(),
      when: z.enum(["before", "after"]).default("before"),
    })
    .optional(),
});

/** Rules are tried in order; the first that matches and is not used up applies. A request without a bearer token meets none. */
export const faultRuleSchema = z.strictObject({
  match: z
    .strictObject({
      vault: z.string().optional(),
      op: z.union([operation, z.array(operation)]).optional(),
      /** A key name, in which `*` stands for anything. */
      name: z.string().optional(),
      method: z.string().optional(),
      /** Only the n-th request that matches otherwise, counted from 1. */
      nth: z.number().int().min(1).optional(),
    })
    .default({}),
  times: z.number().int().min(1).optional(),
  probability: z.number().min(0).max(1).optional(),
  fault: faultSchema,
});

export type FaultRule = z.input<typeof faultRuleSchema>;
export type ParsedFaultRule = z.output<typeof faultRuleSchema>;
export type Fault = z.output<typeof faultSchema>;
