import type { RecoveryPoint } from "../catalog/recovery-point.ts";
import type { RestoreLine } from "../catalog/restore-line.ts";
import type { Store } from "../catalog/store.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import { geographyOf } from "../geography/geography-rule.ts";
import type { RestoreContext, RestoredKey, RunRequest, TargetVault } from "./context.ts";
import type { PreparedRestore } from "./prepare-restore.ts";

export interface RestoreRecords {
  /** Before the first call to the vault. */
  writeRequest(prepared: PreparedRestore): Promise<void>;
  /** At the end. */
  writeResult(line: RestoreLine, keys: readonly RestoredKey[]): Promise<void>;
}

export interface RecordOptions {
  readonly restoreId: string;
  readonly startedAt: Date;
  readonly request: RunRequest;
  readonly target: TargetVault;
  readonly context: RestoreContext;
  readonly warn: (warning: { readonly code: string; readonly message: string }) => void;
}

/** Who restored what, when and how it ended, in the `restores` container. What can't be written is a warning: the key matters more. */
export function openRecords(options: RecordOptions): RestoreRecords {
  const { restoreId, startedAt, request, target, context, warn } = options;
  const store = storeOf(target, context);

  async function write(name: string, record: object): Promise<void> {
    const path = `${restoreId}/${name}.json`;
    try {
      if (store === undefined)
        throw new KeyBackupError("no-store-in-geography", `no store is in the geography of "${target.name}"`);
      const bytes = Buffer.from(`${JSON.stringify(record)}\n`);
      await store.restores.create(path, bytes, { target: target.host, startedat: startedAt.toISOString() });
    } catch (error) {
      if (!(error instanceof KeyBackupError)) throw error;
      warn({ code: "record-not-written", message: `restores/${path} could not be written: ${error.message}` });
    }
  }

  return {
    async writeRequest({ source, points, absent }) {
      const { requestedBy, asOf, tier, attempt = [], rotationPolicy = false, secondary = false } = request;
      await write("request", {
        format: "key-vault-backup/restore-request",
        version: 1,
        restoreId,
        requestedBy,
        startedAt: startedAt.toISOString(),
        toolVersion: context.settings.toolVersion,
        source,
        target: { name: target.name, host: target.host, resourceId: target.resourceId, region: target.region },
        ...(asOf && { asOf: asOf.toISOString() }),
        ...(tier && { tier }),
        attempt,
        rotationPolicy,
        secondary,
        keys: points.map(({ point }) => ({ name: point.entry.name, ...describePoint(point) })),
        withoutBackup: absent,
      });
    },
    async writeResult(line, keys) {
      await write("result", {
        format: "key-vault-backup/restore-result",
        version: 1,
        ...line,
        keys: keys.map(describeKey),
      });
    },
  };
}

/** The store of the target's geography, never a replica. */
function storeOf(target: TargetVault, { stores, settings }: RestoreContext): Store | undefined {
  const geography = geographyOf(target.region, settings.regions)?.geography;
  return stores.find((store) => store.geography === geography);
}

/** What a record, an answer or a table says of a recovery point. */
export function describePoint(point: RecoveryPoint): object {
  const { tier, runId, createdAt, namedBy, backupPath, sha256, entry, source } = point;
  return {
    tier,
    runId,
    createdAt: createdAt.toISOString(),
    namedBy,
    backupPath,
    ...(sha256 && { sha256 }),
    ...(entry.backup && { takenAt: entry.backup.takenAt }),
    ...(entry.versions && { newestVersion: entry.versions[0], versions: entry.versions.length }),
    ...(entry.thumbprint && { thumbprint: entry.thumbprint }),
    ...(source && { source: source.resourceId }),
  };
}

/** One key of a result, without objects that only this process knows. */
export function describeKey({ point, refusals, attempted, ...key }: RestoredKey): object {
  return {
    ...key,
    ...(point && { point: describePoint(point) }),
    ...(refusals.length > 0 && { refusals }),
    ...(attempted.length > 0 && { attempted: attempted.map(({ code }) => code) }),
  };
}
