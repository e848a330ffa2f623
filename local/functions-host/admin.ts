import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { readBody } from "./http-data.ts";
import type { Outcome } from "./invoke.ts";

const adminBody = z.object({
  /** What a queue-triggered function gets as its message. */
  input: z.string().optional(),
  /** Not of the real host: see `TimerFiring`. */
  scheduledAt: z.iso.datetime({ offset: true }).optional(),
  isPastDue: z.boolean().optional(),
});

export type AdminBody = z.infer<typeof adminBody>;

/** Starts a function that is not called by HTTP; `undefined` when there is none of that name. */
export type AdminCall = (functionName: string, body: AdminBody) => Promise<Outcome> | undefined;

interface AdminRequest {
  readonly path: readonly string[];
  readonly url: URL;
  readonly authorized: boolean;
  readonly call: AdminCall;
}

/** `POST /admin/functions/{name}`: 202 at once, or, with `?wait=true` (ours), 200 and how it ended. */
export async function answerAdmin(
  request: IncomingMessage,
  response: ServerResponse,
  { path, url, authorized, call }: AdminRequest,
): Promise<void> {
  const [, area, name, ...more] = path;
  if (!authorized) {
    response.writeHead(401).end();
    return;
  }
  if (request.method !== "POST" || area !== "functions" || name === undefined || more.length > 0) {
    response.writeHead(404).end();
    return;
  }
  const body = parseBody(await readBody(request));
  if (body === undefined) {
    response.writeHead(400).end();
    return;
  }
  const running = call(name, body);
  if (running === undefined) {
    response.writeHead(404).end();
    return;
  }
  if (url.searchParams.get("wait") !== "true") {
    response.writeHead(202).end();
    return;
  }
  const result = await running;
  const answer =
    result.outcome === "succeeded" ? { outcome: "succeeded" } : { outcome: "failed", error: messageOf(result.error) };
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
}

function parseBody(bytes: Buffer | undefined): AdminBody | undefined {
  try {
    return adminBody.parse(JSON.parse(bytes === undefined || bytes.length === 0 ? "{}" : bytes.toString("utf8")));
  } catch {
    // Not JSON, or not of this shape: the request is at fault.
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
