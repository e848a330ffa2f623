import type { HttpRequest } from "@azure/functions";
import * as z from "zod";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import { check } from "./requests.ts";

export interface PageRequest {
  readonly limit: number;
  /** The id of the last item of the page before. */
  readonly after: string | undefined;
}

const limitSchema = z.coerce.number("must be a number").int("must be whole").min(1).max(100).default(20);

/** Reads `limit` and `cursor`. @throws KeyBackupError `bad-request`. */
export function readPageRequest(request: HttpRequest): PageRequest {
  const limit = check(limitSchema, request.query.get("limit") ?? undefined, "limit");
  const cursor = request.query.get("cursor");
  if (cursor === null) return { limit, after: undefined };
  const after = Buffer.from(cursor, "base64url").toString("utf8");
  if (!/^[\x21-\x7e]{1,300}$/.test(after)) {
    const problems = ["cursor: must be the nextCursor of an earlier answer"];
    throw new KeyBackupError("bad-request", `read the request: ${problems[0]}`, { problems });
  }
  return { limit, after };
}

/** The page of `ids` (in their order) that follows `after`, and the cursor of the next. */
export function pageOf(
  ids: readonly string[],
  { limit, after }: PageRequest,
): { readonly ids: readonly string[]; readonly nextCursor?: string } {
  const start = after === undefined ? 0 : ids.findIndex((id) => id < after);
  const page = start < 0 ? [] : ids.slice(start, start + limit);
  const last = page.at(-1);
  const isMore = start >= 0 && start + limit < ids.length;
  return { ids: page, ...(isMore && last && { nextCursor: Buffer.from(last).toString("base64url") }) };
}
