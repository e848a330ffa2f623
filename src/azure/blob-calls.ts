import { createHash } from "node:crypto";
import type { ContainerClient } from "@azure/storage-blob";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { BlobFacts, StoredBlob } from "../ports/backup-store.ts";

/** Single calls of the storage SDK, in the port's terms. They fail as the SDK does. */
export interface BlobCalls {
  readonly put: (path: string, bytes: Uint8Array, facts: BlobFacts, abortSignal: AbortSignal) => Promise<StoredBlob>;
  readonly properties: (path: string, abortSignal: AbortSignal) => Promise<StoredBlob>;
  readonly get: (path: string, abortSignal: AbortSignal) => Promise<Uint8Array>;
  readonly page: (prefix: string, cursor: string | undefined, abortSignal: AbortSignal) => Promise<BlobPage>;
}

export interface BlobPage {
  readonly blobs: readonly StoredBlob[];
  readonly cursor: string | undefined;
}

export function createBlobCalls(container: ContainerClient, pageSize: number): BlobCalls {
  return {
    async put(path, bytes, facts, abortSignal) {
      const answer = await container.getBlockBlobClient(path).upload(bytes, bytes.byteLength, {
        abortSignal,
        conditions: { ifNoneMatch: "*" },
        metadata: { ...facts },
        blobHTTPHeaders: {
          blobContentType: contentType(path),
          blobContentMD5: createHash("md5").update(bytes).digest(),
        },
      });
      return stored(path, { contentLength: bytes.byteLength, lastModified: answer.lastModified }, facts);
    },
    async properties(path, abortSignal) {
      const answer = await container.getBlobClient(path).getProperties({ abortSignal });
      return stored(path, answer, answer.metadata);
    },
    async get(path, abortSignal) {
      // The SDK resumes a broken stream without a time limit: that is off. It still fails when bytes are missing.
      const answer = await container.getBlobClient(path).download(0, undefined, { abortSignal, maxRetryRequests: 0 });
      const chunks: Buffer[] = [];
      for await (const chunk of answer.readableStreamBody ?? []) chunks.push(Buffer.from(chunk));
      return Buffer.concat(chunks);
    },
    async page(prefix, cursor, abortSignal) {
      const pages = container
        .listBlobsFlat({ prefix, includeMetadata: true, abortSignal })
        .byPage({ maxPageSize: pageSize, ...(cursor === undefined ? {} : { continuationToken: cursor }) });
      for await (const { segment, continuationToken } of pages) {
        const blobs = segment.blobItems.map((item) => stored(item.name, item.properties, item.metadata));
        return { blobs, cursor: continuationToken === "" ? undefined : continuationToken };
      }
      throw unreadable("a listing without a page");
    },
  };
}

interface Properties {
  readonly contentLength?: number | undefined;
  readonly createdOn?: Date | undefined;
  readonly lastModified?: Date | undefined;
}

/** A blob is never changed, so that where its creation is not told, its last modification is the same. */
function stored(path: string, properties: Properties, facts: BlobFacts = {}): StoredBlob {
  const createdAt = properties.createdOn ?? properties.lastModified;
  if (createdAt === undefined || properties.contentLength === undefined) throw unreadable("no length or no time");
  return { path, bytes: properties.contentLength, createdAt, facts: lowerNames(facts) };
}

/** A HEAD lower-cases the names of metadata, a listing keeps their case. */
const lowerNames = (facts: BlobFacts): BlobFacts =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name.toLowerCase(), value]));

const unreadable = (why: string) => new KeyBackupError("store-bad-answer", `read an answer of Blob Storage: ${why}`);

function contentType(path: string): string {
  if (path.endsWith(".json")) return "application/json";
  return path.endsWith(".jsonl") ? "application/jsonl" : "application/octet-stream";
}
