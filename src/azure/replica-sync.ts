import type { TokenCredential } from "@azure/identity";
import { AnonymousCredential, BlobServiceClient } from "@azure/storage-blob";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Clock } from "../ports/clock.ts";
import { blobError } from "./blob-errors.ts";
import { within } from "./call-limit.ts";
import { bounded } from "./credential.ts";
import { withRetry } from "./retry.ts";

export interface ReplicaOptions {
  /** The blob service's secondary endpoint: `https://account-secondary.blob.core.windows.net`. */
  readonly url: string;
  /** Local mode: a shared access signature, without the question mark. */
  readonly sas?: string;
  readonly credential?: TokenCredential;
  readonly clock: Clock;
  readonly callLimitInMs?: number;
}

/** The secondary endpoint of a blob service: the account's name with `-secondary` after it. */
export function secondaryUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  if (pathname !== "/") return `${protocol}//${host}${pathname}-secondary`;
  return `${protocol}//${host.replace(/^[^.]+/, (account) => `${account}-secondary`)}`;
}

/**
 * When the replica had all that was written before; `undefined` while it does not tell, or when this identity may not ask
 * (Get Blob Service Stats is a right of its own, and a service of its own in a shared access signature).
 */
export async function readLastSyncAt(options: ReplicaOptions): Promise<Date | undefined> {
  const { url, sas, credential, clock, callLimitInMs = 30_000 } = options;
  const service = new BlobServiceClient(
    sas === undefined ? url : `${url}?${sas}`,
    credential === undefined ? new AnonymousCredential() : bounded(credential),
    { retryOptions: { maxTries: 1 } },
  );
  try {
    const { geoReplication } = await withRetry(
      () => within(callLimitInMs, (abortSignal) => service.getStatistics({ abortSignal })),
      { clock, translate: (thrown) => blobError(thrown, `read the last sync time of ${new URL(url).host}`, clock) },
    );
    const at = geoReplication?.lastSyncOn;
    return at === undefined || Number.isNaN(at.getTime()) ? undefined : at;
  } catch (error) {
    if (error instanceof KeyBackupError && (error.status === 403 || error.status === 400)) return undefined;
    throw error;
  }
}
