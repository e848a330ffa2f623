import { HttpRequest } from "@azure/functions";

export interface RequestFacts {
  readonly path?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A request as the worker hands it to a function. */
export function aRequest({ path = "/api/runs", body, headers = {} }: RequestFacts = {}): HttpRequest {
  return new HttpRequest({
    method: body === undefined ? "GET" : "POST",
    url: `http://localhost${path}`,
    headers,
    ...(body !== undefined && { body: { string: body } }),
    query: Object.fromEntries(new URL(path, "http://localhost").searchParams),
  });
}
