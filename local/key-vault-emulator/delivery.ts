import type { ServerResponse } from "node:http";
import { RESPONSE_ALREADY_SENT } from "@hono/node-server/utils/response";

/** An answer as it goes over the wire, or what happens instead. */
export interface Delivery {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Without it the answer has no body. */
  readonly text?: string | undefined;
  readonly instead?: "hang" | "break" | "breakAfterHeaders" | "breakInBody" | undefined;
}

export async function deliver(delivery: Delivery, outgoing: ServerResponse): Promise<Response> {
  const { status, headers, text, instead } = delivery;
  if (instead === undefined) return new Response(text ?? null, { status, headers });
  if (instead === "hang") await closed(outgoing);
  if (instead === "break") outgoing.socket?.resetAndDestroy();
  if (instead === "breakAfterHeaders" || instead === "breakInBody") await breakOff(delivery, outgoing);
  return RESPONSE_ALREADY_SENT;
}

/** Sends headers that promise the whole body, and at most half of it. */
async function breakOff({ status, headers, text = "{}", instead }: Delivery, outgoing: ServerResponse): Promise<void> {
  outgoing.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) });
  outgoing.flushHeaders();
  if (instead === "breakInBody") outgoing.write(text.slice(0, Math.ceil(text.length / 2)));
  await new Promise((resolve) => setTimeout(resolve, 10));
  outgoing.destroy();
}

/** Resolves when the client, or the emulator's end, closes the connection. */
function closed(outgoing: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    if (outgoing.destroyed) resolve();
    else outgoing.once("close", resolve);
  });
}
