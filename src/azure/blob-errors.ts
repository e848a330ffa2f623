import { isRestError } from "@azure/core-rest-pipeline";
import type { ErrorCode } from "../errors/codes.ts";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import type { Clock } from "../ports/clock.ts";
import { CallTimeout } from "./call-limit.ts";
import { codeOf, networkFailure, plainCause } from "./network-errors.ts";
import { retryAfterInMs } from "./retry.ts";
import { withoutSecrets } from "./service-text.ts";

/** What an SDK failure tells of the answer. Its message is used only when the service itself gave a code. */
export interface BlobAnswer {
  readonly status: number | undefined;
  /** `x-ms-error-code`, without which no Blob Storage answered. */
  readonly code: string | undefined;
  readonly message: string;
  readonly header: (name: string) => string | undefined;
}

export function answerOf(thrown: unknown): BlobAnswer {
  if (!isRestError(thrown)) return { status: undefined, code: undefined, message: "", header: () => undefined };
  const header = (name: string) => thrown.response?.headers.get(name);
  return { status: thrown.statusCode, code: header("x-ms-error-code"), message: thrown.message, header };
}

/** Nothing is stored there: Blob Storage's own word, not that of a gateway that answers 404. */
export const isAbsent = (thrown: unknown): boolean => {
  const { status, code } = answerOf(thrown);
  return status === 404 && code === "BlobNotFound";
};

/** A blob that is there answers a create with 409 (at times 412), or with 403 where the right to overwrite is missing. */
export const mayExist = (error: unknown): boolean =>
  error instanceof KeyBackupError && [403, 409, 412].includes(error.status ?? 0);

export function blobError(thrown: unknown, action: string, clock: Clock): KeyBackupError {
  if (thrown instanceof KeyBackupError) return thrown;
  const answer = answerOf(thrown);
  const { status, code, header } = answer;
  const [ours, why] = verdict(thrown, answer);
  const retryAfter = retryAfterInMs(header, clock.now());
  return new KeyBackupError(ours, `${action}: ${why}`, {
    cause: {
      ...plainCause(thrown, { status, requestId: header("x-ms-request-id") }),
      ...(code === undefined ? {} : { code }),
    },
    ...(status === undefined ? {} : { status }),
    ...(retryAfter === undefined ? {} : { retryAfterInMs: retryAfter }),
  });
}

function verdict(thrown: unknown, { status, code, message }: BlobAnswer): readonly [ErrorCode, string] {
  if (thrown instanceof CallTimeout) return ["store-timeout", thrown.message];
  if (status === undefined) {
    const lost = networkFailure(thrown);
    if (lost !== undefined) return ["store-unreachable", lost];
    return ["store-bad-answer", `an answer that can't be read (${codeOf(thrown) ?? "no code"})`];
  }
  const why = code === undefined ? `${status} without a reason` : `${status} ${code} ${firstLine(message)}`;
  return [classify(status, code), why.trim()];
}

function classify(status: number, code: string | undefined): ErrorCode {
  if (status === 408 || code === "OperationTimedOut") return "store-timeout";
  if (status === 429 || (status >= 500 && status !== 501 && status !== 505)) return "store-unavailable";
  if (code === undefined) return "store-bad-answer";
  if (code === "ContainerNotFound" || code === "ContainerBeingDeleted") return "store-container-missing";
  if (status === 401 || status === 403) return "store-forbidden";
  return code === "Md5Mismatch" || code === "InvalidMd5" ? "store-bad-answer" : "store-bad-request";
}

/** Blob Storage ends its texts with a request id and a time, on lines of their own. */
const firstLine = (message: string): string => printable(withoutSecrets(message.split("\n")[0] ?? ""), 300);
