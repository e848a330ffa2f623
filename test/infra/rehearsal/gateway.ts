import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { Duplex } from "node:stream";
import { listenOn } from "../../../local/key-vault-emulator/listen.ts";
import type { Certificate } from "./certificate.ts";

export type Handler = (request: IncomingMessage, response: ServerResponse, host: string) => Promise<void>;

export interface Gateway {
  /** For `HTTPS_PROXY`. */
  readonly proxyUrl: string;
  /** Hosts that were dialled and are nobody's here. */
  strangers(): readonly string[];
  close(): Promise<void>;
}

/** Stands for the network: a proxy on loopback behind which each host name leads to its handler, over real TLS. Nothing leaves the machine. */
export async function openGateway(
  certificate: Certificate,
  handlerOf: (host: string) => Handler | undefined,
): Promise<Gateway> {
  const strangers: string[] = [];
  const tunnels = new Set<Duplex>();
  const behindTls = createTlsServer({ key: certificate.key, cert: certificate.cert }, (request, response) => {
    const host = request.headers.host ?? "";
    const handle = handlerOf(host);
    if (handle === undefined) {
      response.writeHead(421).end();
      return;
    }
    handle(request, response, host).catch((error: unknown) => {
      response.writeHead(500, { "content-type": "text/plain" }).end(`rehearsal: ${String(error)}`);
    });
  });
  behindTls.keepAliveTimeout = 120_000;
  const proxy = createServer((_request, response) => response.writeHead(403).end());
  proxy.on("connect", (request, socket) => {
    const [host = "", port] = (request.url ?? "").split(":");
    socket.on("error", () => undefined);
    if (port !== "443" || handlerOf(host) === undefined) {
      strangers.push(host);
      socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
      return;
    }
    tunnels.add(socket.once("close", () => tunnels.delete(socket)));
    socket.write("HTTP/1.1 200 Connection Established\r\n\r\n");
    behindTls.emit("connection", socket);
  });
  const listening = await listenOn(proxy);
  return {
    proxyUrl: listening.url,
    strangers: () => [...strangers],
    close: async () => {
      for (const tunnel of tunnels) tunnel.destroy();
      await listening.close();
    },
  };
}

export interface Forwarding {
  readonly to: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** What the client is to see in place of the answer's body. */
  readonly rewrite?: (text: string) => string;
}

/** Hands a request on to a server of this machine, and its answer back. */
export async function forward(
  request: IncomingMessage,
  response: ServerResponse,
  { to, headers, rewrite }: Forwarding,
): Promise<void> {
  const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    request.pipe(httpRequest(to, { method: request.method, headers: sent }, resolve).once("error", reject));
  });
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  const body = Buffer.concat(chunks);
  const { "transfer-encoding": _chunked, connection: _hop, ...kept } = answer.headers;
  if (request.method === "HEAD" || rewrite === undefined) {
    response.writeHead(answer.statusCode ?? 500, kept).end(body);
    return;
  }
  const text = Buffer.from(rewrite(body.toString("utf8")));
  response.writeHead(answer.statusCode ?? 500, { ...kept, "content-length": text.length }).end(text);
}
