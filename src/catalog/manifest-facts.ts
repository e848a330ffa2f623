import type { BlobFacts } from "../ports/backup-store.ts";
import { manifestHash, statuses, type Manifest, type Status } from "./manifest.ts";

/** What the metadata of a manifest says, so that a listing answers health, runs and calendars without opening one. */
export interface ManifestFacts {
  readonly sha256: string;
  readonly status: Status;
  readonly trigger: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly keys: number;
  readonly failed: number;
  readonly bytes: number;
  readonly oldestBackupAt?: string;
  readonly code?: string;
  /** Run ids of the manifests that this one names as its predecessors. */
  readonly previous: readonly string[];
}

/** Ids of 24 characters: 60 of them stay well below the limit of blob metadata. */
const mostPrevious = 60;

export function writeManifestFacts(manifest: Manifest, bytes: Uint8Array): BlobFacts {
  const { head, totals } = manifest;
  return {
    sha256: manifestHash(bytes),
    status: totals.status,
    trigger: head.run.trigger,
    startedat: head.run.startedAt,
    finishedat: head.run.finishedAt,
    keys: String(totals.counts.keys),
    failed: String(totals.counts.failed),
    backedup: String(totals.counts.backedUp),
    unchanged: String(totals.counts.unchanged),
    skipped: String(totals.counts.skipped),
    deleted: String(totals.counts.deleted),
    bytes: String(totals.bytes),
    ...(totals.oldestBackupAt && { oldestbackupat: totals.oldestBackupAt }),
    ...(head.code && { code: head.code }),
    ...(head.previous.length > 0 && {
      previous: head.previous
        .slice(0, mostPrevious)
        .map(({ runId }) => runId)
        .join(","),
    }),
  };
}

/** `undefined` when the metadata is not a manifest's. */
export function readManifestFacts(facts: BlobFacts): ManifestFacts | undefined {
  const value = facts as Readonly<Partial<Record<string, string>>>;
  const status = statuses.find((known) => known === value["status"]);
  const { sha256, startedat, finishedat } = value;
  if (!status || !sha256 || !startedat || !finishedat) return undefined;
  return {
    sha256,
    status,
    trigger: value["trigger"] ?? "",
    startedAt: startedat,
    finishedAt: finishedat,
    keys: number(value["keys"]),
    failed: number(value["failed"]),
    bytes: number(value["bytes"]),
    ...(value["oldestbackupat"] && { oldestBackupAt: value["oldestbackupat"] }),
    ...(value["code"] && { code: value["code"] }),
    previous: value["previous"]?.split(",") ?? [],
  };
}

function number(text: string | undefined): number {
  const value = Number(text);
  return Number.isSafeInteger(value) && value >= 0 ? value : 0;
}
