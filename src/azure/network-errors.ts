const NETWORK_CODES: ReadonlySet<string> = new Set([
  "EAI_AGAIN",
  "ECONNABORTED",
  "ECONNREFUSED",
  "ECONNRESET",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENOENT",
  "ENOTFOUND",
  "EPIPE",
  "EPROTO",
  "ESOCKETTIMEDOUT",
  "ETIMEDOUT",
  "REQUEST_SEND_ERROR",
]);

/** Why no answer came, in a word or two; `undefined` when the failure was none of the network. */
export function networkFailure(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error)) return undefined;
  const code = codeOf(thrown);
  if (code !== undefined && (NETWORK_CODES.has(code) || /^(CERT_|ERR_TLS|ERR_SSL|DEPTH_ZERO|UNABLE_TO)/.test(code)))
    return code;
  return /socket hang up|\baborted\b|premature close/i.test(thrown.message) ? "connection lost" : undefined;
}

export function codeOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !("code" in thrown)) return undefined;
  return typeof thrown.code === "string" ? thrown.code : undefined;
}

/** What is kept of an SDK's failure: the error itself holds the request, and with it the bearer token. */
export interface PlainCause {
  readonly name: string;
  readonly code?: string;
  readonly statusCode?: number;
  readonly requestId?: string;
}

export function plainCause(
  thrown: unknown,
  answer: { status?: number | undefined; requestId?: string | undefined },
): PlainCause {
  const code = codeOf(thrown);
  return {
    name: thrown instanceof Error ? thrown.name : typeof thrown,
    ...(code === undefined ? {} : { code }),
    ...(answer.status === undefined ? {} : { statusCode: answer.status }),
    ...(answer.requestId === undefined ? {} : { requestId: answer.requestId }),
  };
}
