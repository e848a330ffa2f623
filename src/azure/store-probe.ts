import { createHash, randomUUID } from "node:crypto";
import type { TokenCredential } from "@azure/identity";
import { AnonymousCredential, ContainerClient } from "@azure/storage-blob";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { CreateProbe, StoreProbe } from "../ports/store-probe.ts";
import { answerOf, blobError } from "./blob-errors.ts";
import { within } from "./call-limit.ts";
import { bounded } from "./credential.ts";

export interface StoreProbeOptions {
  /** `https://account.blob.core.windows.net/container`, without a query. */
  readonly containerUrl: string;
  /** Local mode: a shared access signature, without the question mark. */
  readonly sas?: string;
  readonly credential?: TokenCredential;
  readonly clock: Clock;
  readonly callLimitInMs?: number;
}

/** What refuses a body that its hash does not fit: Blob Storage, and Azurite in its own words. */
const hashRefusals = ["Md5Mismatch", "InvalidOperation"];

/**
 * Offers a blob with the hash of another. Blob Storage checks the right before it reads the body, so 400 means that the
 * right is there and 403 that it is not; either way nothing is stored.
 */
export function createStoreProbe(options: StoreProbeOptions): StoreProbe {
  const { containerUrl, sas, credential, clock, callLimitInMs = 30_000 } = options;
  const container = new ContainerClient(
    sas === undefined ? containerUrl : `${containerUrl}?${sas}`,
    credential === undefined ? new AnonymousCredential() : bounded(credential),
    { retryOptions: { maxTries: 1 } },
  );
  const where = `${new URL(containerUrl).host}/${container.containerName}`;
  const body = Buffer.from("not to be stored");
  const wrongHash = createHash("md5").update("another body").digest();

  return {
    async probeCreate(): Promise<CreateProbe> {
      const action = `offer a blob to ${where} that it must refuse`;
      try {
        await within(callLimitInMs, (abortSignal) =>
          container.getBlockBlobClient(`probes/${randomUUID()}`).upload(body, body.byteLength, {
            abortSignal,
            conditions: { ifNoneMatch: "*" },
            blobHTTPHeaders: { blobContentMD5: wrongHash },
          }),
        );
      } catch (thrown) {
        const { status, code, header } = answerOf(thrown);
        const serverAt = new Date(header("date") ?? Number.NaN);
        const time = Number.isNaN(serverAt.getTime()) ? {} : { serverAt };
        if (status === 400 && hashRefusals.includes(code ?? "")) return time;
        return { ...time, refusal: blobError(thrown, action, clock) };
      }
      const reason = `${action}: it was stored, although its hash was wrong`;
      return { refusal: new KeyBackupError("store-bad-answer", reason) };
    },
  };
}
