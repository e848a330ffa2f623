import type { IncomingMessage, ServerResponse } from "node:http";
import type { HttpData, TypedData } from "./core-types.ts";

// The real host's default for a request body.
const largestBodyInBytes = 100 * 1024 * 1024;

/** Resolves to `undefined` when the body is larger than the host takes. */
export async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > largestBodyInBytes) {
      return undefined;
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A request as the host hands it to the worker: names in lower case, repeated values joined by a comma. */
export function toHttpData(
  request: IncomingMessage,
  url: URL,
  params: Readonly<Record<string, string>>,
  body: Buffer,
): HttpData {
  const query = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    const before = query.get(name);
    query.set(name, before === undefined ? value : `${before},${value}`);
  }
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  return {
    method: request.method ?? "GET",
    url: url.href,
    nullableHeaders: nullable(headers),
    nullableQuery: nullable(query),
    nullableParams: nullable(Object.entries(params)),
    body: body.length === 0 ? null : { bytes: body },
  };
}

function nullable(entries: Iterable<readonly [string, string]>): Record<string, { readonly value: string }> {
  return Object.fromEntries(Array.from(entries, ([name, value]) => [name, { value }]));
}

/** Writes what a handler returned; nothing is 204. */
export function writeHttpResponse(response: ServerResponse, returned: TypedData | null | undefined): void {
  const http = returned?.http;
  if (http === undefined || http === null) {
    response.writeHead(204).end();
    return;
  }
  for (const [name, value] of Object.entries(http.headers ?? {})) {
    response.setHeader(name, value);
  }
  for (const cookie of http.cookies ?? []) {
    response.appendHeader("set-cookie", formatCookie(cookie));
  }
  const body = http.body?.bytes ?? http.body?.string ?? "";
  response.writeHead(Number(http.statusCode ?? 200)).end(body);
}

type Cookie = NonNullable<HttpData["cookies"]>[number];

function formatCookie(cookie: Cookie): string {
  const { domain, path, expires, maxAge, secure, httpOnly } = cookie;
  const sameSite = { lax: "Lax", strict: "Strict", explicitNone: "None" }[cookie.sameSite ?? ""];
  const parts = [
    `${cookie.name}=${encodeURIComponent(cookie.value ?? "")}`,
    domain && `Domain=${domain.value}`,
    path && `Path=${path.value}`,
    expires && `Expires=${toDate(expires.value).toUTCString()}`,
    maxAge && `Max-Age=${maxAge.value}`,
    sameSite && `SameSite=${sameSite}`,
    secure?.value === true && "Secure",
    httpOnly?.value === true && "HttpOnly",
  ];
  return parts.filter(Boolean).join("; ");
}

function toDate(value: Date | { readonly seconds: number }): Date {
  return value instanceof Date ? value : new Date(value.seconds * 1_000);
}
