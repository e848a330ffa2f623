import type { IncomingMessage, ServerResponse } from "node:http";
import { answerAdmin, type AdminCall } from "./admin.ts";
import { readBody, toHttpData, writeHttpResponse } from "./http-data.ts";
import type { Invoker } from "./invoke.ts";
import { findRoute, type Route } from "./routes.ts";

export interface HttpHandlerOptions {
  readonly routePrefix: string;
  readonly routes: readonly Route[];
  /** The one key of this host: function, host and master key in one. */
  readonly key: string;
  readonly invoker: Invoker;
  readonly admin: AdminCall;
}

/** Answers as the real host does: 404 for an unknown path and for another method too, then 401, then the function. */
export function createHttpHandler(
  options: HttpHandlerOptions,
): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const { routePrefix, key } = options;

  return async (request, response) => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
    const path = splitPath(url.pathname);
    if (path === undefined) {
      response.writeHead(400).end();
      return;
    }
    const authorized = request.headers["x-functions-key"] === key || url.searchParams.get("code") === key;
    if (path[0] === "admin") {
      await answerAdmin(request, response, { path, url, authorized, call: options.admin });
      return;
    }
    const prefix = splitPath(routePrefix) ?? [];
    const prefixed = prefix.every((part, index) => part.toLowerCase() === path[index]?.toLowerCase());
    const match = prefixed ? findRoute(options.routes, request.method ?? "GET", path.slice(prefix.length)) : undefined;
    if (match === undefined) {
      response.writeHead(404).end();
      return;
    }
    if (match.route.authLevel !== "anonymous" && !authorized) {
      response.writeHead(401).end();
      return;
    }
    const body = await readBody(request);
    if (body === undefined) {
      response.writeHead(413).end();
      return;
    }
    const http = toHttpData(request, url, match.params, body);
    const result = await options.invoker.invoke(match.route.target, { value: { http } });
    if (result.outcome === "succeeded") {
      writeHttpResponse(response, result.response.returnValue);
    } else {
      response.writeHead(500).end();
    }
  };
}

function splitPath(path: string): readonly string[] | undefined {
  try {
    return path
      .split("/")
      .filter((part) => part !== "")
      .map(decodeURIComponent);
  } catch {
    // A malformed escape sequence: the request is at fault.
    return undefined;
  }
}
