import { createServer, type IncomingMessage, type ServerResponse } from "node:http";

export interface SeenRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** How one request is answered. One that never ends the response leaves the caller hanging. */
export type Reply = (response: ServerResponse, request: SeenRequest) => void | Promise<void>;

export interface ScriptedServer {
  /** `http://127.0.0.1:port` */
  readonly url: string;
  readonly seen: readonly SeenRequest[];
  close(): Promise<void>;
}

/** An HTTP server on this machine that answers as a test says. */
export async function startScriptedServer(reply: Reply): Promise<ScriptedServer> {
  const seen: SeenRequest[] = [];
  const server = createServer((incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
    incoming.on("end", () => {
      const { method = "", url: target = "", headers } = incoming;
      const request = { method, target, headers, body: Buffer.concat(chunks) };
      seen.push(request);
      void reply(response, request);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    seen,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

type Headers = Readonly<Record<string, string>>;

export const json =
  (status: number, body: unknown, headers: Headers = {}): Reply =>
  (response) =>
    void response
      .writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers })
      .end(JSON.stringify(body));

export const html =
  (status: number): Reply =>
  (response) =>
    void response.writeHead(status, { "content-type": "text/html" }).end("<html><body>Bad gateway</body></html>");

export const empty =
  (status: number, headers: Headers = {}): Reply =>
  (response) =>
    void response.writeHead(status, headers).end();

export const hang: Reply = () => undefined;

export const reset: Reply = (response) => void response.socket?.resetAndDestroy();

/** Announces all of it, sends the first half, and closes the connection. */
export const brokenOff =
  (body: unknown): Reply =>
  (response) => {
    const text = JSON.stringify(body);
    response.writeHead(200, { "content-type": "application/json", "content-length": text.length });
    response.write(text.slice(0, text.length / 2), () => response.socket?.destroy());
  };

/** A whole answer, with half of a document in it. */
export const truncated =
  (body: unknown): Reply =>
  (response) => {
    const text = JSON.stringify(body);
    response.writeHead(200, { "content-type": "application/json" }).end(text.slice(0, text.length / 2));
  };
