import { createServer, type Server } from "node:http";
import { getRequestListener, type HttpBindings } from "@hono/node-server";
import type { Hono } from "hono";

export interface Listener {
  readonly url: string;
  /** Breaks open connections: calls that hang would hold it up for ever. */
  close(): Promise<void>;
}

export async function listen(app: Hono<{ Bindings: HttpBindings }>): Promise<Listener> {
  const answer = getRequestListener(app.fetch);
  return listenOn(createServer((request, response) => void answer(request, response)));
}

/** On loopback, on a free port. */
export async function listenOn(server: Server): Promise<Listener> {
  // Longer than any client keeps an idle connection: closing one under a client's hands would look like a fault.
  server.keepAliveTimeout = 120_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
