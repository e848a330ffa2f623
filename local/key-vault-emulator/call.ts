import * as z from "zod";
import type { Operation } from "./fault-rule.ts";
import { badParameter } from "./service-error.ts";
import type { VaultState } from "./vault-state.ts";

/** One request, understood as far as its address goes. */
export interface Call {
  readonly vault: VaultState;
  readonly op: Operation;
  readonly method: string;
  /** Empty when the request names no key; likewise the version. */
  readonly name: string;
  readonly version: string;
  readonly query: URLSearchParams;
  header(name: string): string | undefined;
  /** @throws ServiceError when the body is not a JSON object. */
  body(): Promise<Readonly<Record<string, unknown>>>;
}

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly hang?: true;
}

export interface Route {
  readonly method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** In Hono's words; parameters are `name` and `version`. */
  readonly path: string;
  readonly op: Operation;
  handle(call: Call): Answer | Promise<Answer>;
}

export function parseBody(text: string): Readonly<Record<string, unknown>> {
  const body = parseJson(z.record(z.string(), z.unknown()), text);
  if (body === undefined) throw badParameter("Request body not specified or invalid.");
  return body;
}

/** `undefined` for what is no JSON, or not of that shape. */
export function parseJson<Output>(schema: z.ZodType<Output>, text: string): Output | undefined {
  try {
    return schema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
