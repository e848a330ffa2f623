import { request as connect } from "node:http";
import { request as secureRequest } from "node:https";
import { readFileSync } from "node:fs";
import type { Socket } from "node:net";
import { connect as tlsConnect } from "node:tls";
import type { Cloud } from "./cloud.ts";

export interface Answer {
  readonly status: number;
  readonly text: string;
}

export interface CallOptions {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A request to a name of the cloud, through its gateway: what a person or an attacker would send. */
export async function call(
  { gateway, certPath }: Cloud,
  url: string,
  { method = "GET", headers = {}, body = "" }: CallOptions = {},
): Promise<Answer> {
  const { hostname, pathname, search } = new URL(url);
  const proxy = new URL(gateway.proxyUrl);
  const tunnel = await new Promise<Socket>((resolve, reject) => {
    const asked = connect({ host: proxy.hostname, port: proxy.port, method: "CONNECT", path: `${hostname}:443` });
    asked.once("connect", (answer, socket) =>
      answer.statusCode === 200 ? resolve(socket) : reject(new Error(`${hostname} can't be reached`)),
    );
    asked.once("error", reject).end();
  });
  const ca = readFileSync(certPath);
  return new Promise((resolve, reject) => {
    const sent = secureRequest(
      {
        method,
        hostname,
        path: `${pathname}${search}`,
        timeout: 60_000,
        headers: { host: hostname, ...headers, "content-length": Buffer.byteLength(body) },
        createConnection: () => tlsConnect({ socket: tunnel, servername: hostname, ca }),
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.once("end", () => {
          tunnel.destroy();
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
        });
      },
    );
    sent.once("timeout", () => sent.destroy(new Error(`${url} did not answer`)));
    sent.once("error", reject).end(body);
  });
}
