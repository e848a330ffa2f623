import type { TokenCredential } from "@azure/identity";
import { AnonymousCredential, ContainerClient } from "@azure/storage-blob";
import type { BackupStore, StoredBlob } from "../ports/backup-store.ts";
import type { Clock } from "../ports/clock.ts";
import { createBlobCalls } from "./blob-calls.ts";
import { blobError, isAbsent, mayExist } from "./blob-errors.ts";
import { checkFacts } from "./blob-facts.ts";
import { within } from "./call-limit.ts";
import { bounded } from "./credential.ts";
import { withRetry } from "./retry.ts";

export interface BlobStoreOptions {
  /** `https://account.blob.core.windows.net/container`, without a query. */
  readonly containerUrl: string;
  /** Local mode: a shared access signature, without the question mark. */
  readonly sas?: string;
  readonly credential?: TokenCredential;
  readonly clock: Clock;
  readonly random?: () => number;
  readonly callLimitInMs?: number;
  readonly listPageSize?: number;
}

export function createBlobStore(options: BlobStoreOptions): BackupStore {
  const { containerUrl, sas, credential, clock, random, callLimitInMs = 60_000, listPageSize = 1000 } = options;
  const container = new ContainerClient(
    sas === undefined ? containerUrl : `${containerUrl}?${sas}`,
    credential === undefined ? new AnonymousCredential() : bounded(credential),
    { retryOptions: { maxTries: 1 } },
  );
  const calls = createBlobCalls(container, listPageSize);
  const where = `${new URL(containerUrl).host}/${container.containerName}`;

  /** Sends, with a time limit, until it is answered well; what still fails is an error of ours. */
  const send = <T>(action: string, call: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withRetry(() => within(callLimitInMs, call), {
      clock,
      random,
      translate: (thrown) => blobError(thrown, `${action} in ${where}`, clock),
    });

  const find = (path: string): Promise<StoredBlob | undefined> =>
    send(`look up ${path}`, (signal) => orAbsent(calls.properties(path, signal)));

  return {
    async create(path, bytes, facts) {
      checkFacts(path, facts);
      try {
        const blob = await send(`create ${path}`, (signal) => calls.put(path, bytes, facts, signal));
        return { outcome: "created", blob };
      } catch (error) {
        // An earlier attempt's whose answer was lost, somebody else's, or none at all: only its properties tell.
        const blob = mayExist(error) ? await find(path).catch(() => undefined) : undefined;
        if (blob === undefined) throw error;
        return { outcome: "exists", blob };
      }
    },
    read: (path) => send(`read ${path}`, (signal) => orAbsent(calls.get(path, signal))),
    stat: find,
    async *list(prefix) {
      let cursor: string | undefined;
      do {
        const from = cursor;
        const page = await send(`list ${prefix}`, (signal) => calls.page(prefix, from, signal));
        yield* page.blobs;
        cursor = page.cursor;
      } while (cursor !== undefined);
    },
  };
}

async function orAbsent<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (thrown) {
    if (isAbsent(thrown)) return undefined;
    throw thrown;
  }
}
