import type { HttpResponseInit } from "@azure/functions";
import { errorCodes } from "../errors/codes.ts";
import { toKeyBackupError, type KeyBackupError } from "../errors/key-backup-error.ts";
import type { Logger } from "../ports/logger.ts";

/** RFC 9457. `code` is stable, `hint` says what to do, `problems` has a sentence for each single fault. */
export interface Problem {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly hint: string;
  readonly problems?: readonly string[];
}

export function problemOf(error: KeyBackupError): Problem {
  const { httpStatus } = errorCodes[error.code];
  return {
    type: `urn:key-vault-backup:${error.code}`,
    title: error.code.replaceAll("-", " "),
    status: httpStatus,
    detail: error.code === "internal" ? "The app met a fault of its own; its log says more." : error.message,
    code: error.code,
    hint: error.hint,
    ...(error.problems.length > 0 && { problems: error.problems }),
  };
}

/** Runs the handler; whatever it throws becomes an `application/problem+json` answer. */
export async function answering(logger: Logger, handler: () => Promise<HttpResponseInit>): Promise<HttpResponseInit> {
  try {
    const answer = await handler();
    const headers = new Headers(answer.headers);
    for (const [name, value] of Object.entries(safeHeaders)) headers.set(name, value);
    return { ...answer, headers };
  } catch (thrown) {
    const error = toKeyBackupError(thrown, "answer an HTTP request");
    const problem = problemOf(error);
    if (problem.status >= 500) logger.error(`${error.code}: ${error.message}`);
    else logger.warn(`${error.code}: ${error.message}`);
    return {
      status: problem.status,
      headers: { ...safeHeaders, "content-type": "application/problem+json" },
      body: JSON.stringify(problem),
    };
  }
}

/** Answers name vaults and keys: no cache keeps them, no browser guesses their type. */
const safeHeaders = { "cache-control": "no-store", "x-content-type-options": "nosniff" };
