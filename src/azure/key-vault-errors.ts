import * as z from "zod";
import type { ErrorCode } from "../errors/codes.ts";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import { CallTimeout } from "./call-limit.ts";
import { networkFailure, plainCause } from "./network-errors.ts";
import { withoutSecrets } from "./service-text.ts";

/** What an HTTP answer of the vault was. Only answers that are errors have their body read for a message. */
export interface VaultAnswer {
  readonly status: number;
  readonly body: string;
  readonly requestId: string | undefined;
  readonly retryAfterInMs: number | undefined;
}

/** What was being done, for messages, and what a failure of it can mean. */
export interface VaultAction {
  /** As in `back up key "k" of contoso.vault.azure.net`. */
  readonly words: string;
  readonly kind: "list" | "get" | "backup" | "restore" | "update";
}

const errorBody = z.object({
  error: z.object({
    code: z.string().optional(),
    message: z.string().optional(),
    innererror: z.object({ code: z.string().optional() }).nullish(),
  }),
});

const byInnerCode: Readonly<Record<string, ErrorCode>> = {
  ForbiddenByRbac: "vault-forbidden-rbac",
  ForbiddenByPolicy: "vault-forbidden-policy",
  AccessDenied: "vault-forbidden-policy",
  ForbiddenByFirewall: "vault-forbidden-firewall",
  ForbiddenByConnection: "vault-forbidden-connection",
  KeyManagedByKeyVault: "key-managed-by-certificate",
  KeyOperationForbidden: "key-operation-forbidden",
  KeyDisabled: "key-disabled",
};

/** For answers without an inner code. The texts are those of real answers; see docs/decisions for their sources. */
const byMessage: readonly (readonly [RegExp, ErrorCode])[] = [
  [/associated with a certificate|lifetime is managed by Key Vault/i, "key-managed-by-certificate"],
  [/not authorized to perform action on resource/i, "vault-forbidden-rbac"],
  [/does not have \S+ .*permission on key vault/i, "vault-forbidden-policy"],
  [/Client address is not authorized/i, "vault-forbidden-firewall"],
  [/Public network access is disabled/i, "vault-forbidden-connection"],
  [/not allowed on a disabled key/i, "key-disabled"],
  [/is not permitted on this key/i, "key-operation-forbidden"],
];

interface Refusal {
  readonly code: string;
  readonly message: string;
  readonly innerCode: string | undefined;
}

/** Makes a failure of the SDK, of the network or of the vault an error of ours. */
export function keyVaultError(thrown: unknown, answer: VaultAnswer | undefined, action: VaultAction): KeyBackupError {
  if (thrown instanceof KeyBackupError) return thrown;
  if (thrown instanceof CallTimeout) {
    return failure(action.kind === "backup" ? "key-backup-timeout" : "vault-timeout", thrown.message);
  }
  const lost = networkFailure(thrown);
  if (lost !== undefined) return failure("vault-unreachable", lost);
  if (answer === undefined) return failure("internal", thrown instanceof Error ? thrown.name : typeof thrown);
  if (answer.status < 400) return failure("vault-bad-answer", `${answer.status} with a body that can't be read`);
  if (answer.status === 401 && thrown instanceof Error && /challenge/i.test(thrown.message)) {
    return failure("vault-bad-answer", `401 ${text(thrown.message)}`);
  }
  const refusal = readRefusal(answer.body);
  const reason = refusal && `${refusal.innerCode ?? refusal.code} ${refusal.message}`;
  return failure(
    classify(answer.status, refusal, action.kind),
    `${answer.status} ${text(reason ?? "without a reason")}`,
  );

  function failure(code: ErrorCode, why: string): KeyBackupError {
    return new KeyBackupError(code, `${action.words}: ${why}`, {
      cause: plainCause(thrown, answer ?? {}),
      ...(answer === undefined ? {} : { status: answer.status }),
      ...(answer?.retryAfterInMs === undefined ? {} : { retryAfterInMs: answer.retryAfterInMs }),
    });
  }
}

const text = (raw: string): string => printable(withoutSecrets(raw), 400);

function readRefusal(body: string): Refusal | undefined {
  try {
    const { error } = errorBody.parse(JSON.parse(body));
    return { code: error.code ?? "", message: error.message ?? "", innerCode: error.innererror?.code };
  } catch {
    return undefined;
  }
}

function classify(status: number, refusal: Refusal | undefined, kind: VaultAction["kind"]): ErrorCode {
  if (status === 429) return "vault-throttled";
  if (status === 408) return "vault-timeout";
  if (status === 501 || status === 505) return "vault-bad-request";
  if (status >= 500) return "vault-unavailable";
  if (status === 401) return "vault-unauthorized";
  // A 403 or 404 in another's words is a gateway's: it says nothing of the key.
  if (refusal === undefined) return "vault-bad-answer";
  if (status === 403) return forbidden(refusal);
  if (status === 404) return refusal.code === "KeyNotFound" ? "key-not-found" : "vault-bad-answer";
  if (status === 409) return refusal.innerCode === undefined ? "key-name-taken" : "key-soft-deleted";
  return status === 400 ? badRequest(refusal, kind) : "vault-bad-request";
}

function forbidden({ innerCode, message }: Refusal): ErrorCode {
  const known = innerCode === undefined ? undefined : byInnerCode[innerCode];
  return known ?? byMessage.find(([pattern]) => pattern.test(message))?.[1] ?? "vault-forbidden";
}

/** Of the refusal of too many versions only the status is known: its text is a guess, and no text leads to `vault-bad-request`. */
function badRequest({ code, message }: Refusal, kind: VaultAction["kind"]): ErrorCode {
  if (/cannot decrypt/i.test(message)) return "backup-not-decryptable";
  if (code === "Malformed backup blob") return "backup-malformed";
  if (kind === "backup" && /version/i.test(message) && /\b500\b|too many|exceed|maximum/i.test(message)) {
    return "key-too-many-versions";
  }
  return "vault-bad-request";
}
