import { createServer, type IncomingMessage } from "node:http";
import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { listenOn } from "../local/key-vault-emulator/listen.ts";
import { created, found, listed, refusal, type Answer } from "./blob-answers.ts";
import { BlobContainer } from "./blob-container.ts";

export interface PutListServer {
  /** Of the account: containers are there as soon as they are named. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Put Blob, Get Blob, Get Blob Properties and List Blobs, in memory and written once: as much of Blob Storage as the app
 * uses, and as fast with many blobs as with few. It checks no signature.
 */
export async function startPutListServer({ latencyInMs }: { readonly latencyInMs: number }): Promise<PutListServer> {
  const containers = new Map<string, BlobContainer>();
  const server = createServer((request, response) => {
    const work = async (): Promise<void> => {
      const { status, headers, body } = await answer(request, containers, latencyInMs);
      response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(body ?? "") }).end(body);
    };
    work().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  const listener = await listenOn(server);
  return { url: `${listener.url}/bench`, close: () => listener.close() };
}

async function answer(
  request: IncomingMessage,
  containers: Map<string, BlobContainer>,
  latencyInMs: number,
): Promise<Answer> {
  const body = await readBody(request);
  if (latencyInMs > 0) await sleep(latencyInMs);
  const { pathname, searchParams } = new URL(request.url ?? "", "http://127.0.0.1");
  const [, , containerName = "", ...rest] = pathname.split("/").map(decodeURIComponent);
  const name = rest.join("/");
  const container = containers.get(containerName) ?? new BlobContainer();
  containers.set(containerName, container);
  if (searchParams.get("comp") === "list") {
    const size = Number(searchParams.get("maxresults") ?? 5000);
    const page = container.page(searchParams.get("prefix") ?? "", searchParams.get("marker") ?? "", size);
    return listed(page, containerName);
  }
  if (name === "") return refusal(400, "InvalidUri");
  if (request.method === "PUT") return create(container, name, body, request);
  const blob = container.find(name);
  if (request.method !== "GET" && request.method !== "HEAD") return refusal(405, "UnsupportedHttpVerb");
  return blob ? found(blob) : refusal(404, "BlobNotFound");
}

function create(container: BlobContainer, name: string, bytes: Buffer, { headers }: IncomingMessage): Answer {
  if (headers["if-none-match"] !== "*") return refusal(403, "UnauthorizedBlobOverwrite");
  const md5 = headers["x-ms-blob-content-md5"];
  if (md5 !== undefined && md5 !== createHash("md5").update(bytes).digest("base64")) return refusal(400, "Md5Mismatch");
  const prefix = "x-ms-meta-";
  const metadata = Object.fromEntries(
    Object.entries(headers).flatMap(([header, value]) =>
      header.startsWith(prefix) && typeof value === "string" ? [[header.slice(prefix.length), value]] : [],
    ),
  );
  const blob = { name, bytes, createdAt: new Date(), metadata };
  return container.create(blob) ? created(blob) : refusal(409, "BlobAlreadyExists");
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}
