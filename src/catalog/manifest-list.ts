import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { BackupStore, StoredBlob } from "../ports/backup-store.ts";
import { DAY_IN_MS } from "../ports/clock.ts";
import { readManifestFacts, type ManifestFacts } from "./manifest-facts.ts";
import { manifestHash, readManifest, type Manifest } from "./manifest.ts";
import { manifestsPrefix, parseManifestPath, vaultManifestsPrefix } from "./paths.ts";
import { startOfRun } from "./run-id.ts";

/** A manifest as a listing shows it: nothing was opened. */
export interface ListedManifest {
  readonly vault: string;
  readonly runId: string;
  readonly path: string;
  readonly createdAt: Date;
  /** Absent when the metadata is not a manifest's. */
  readonly facts: ManifestFacts | undefined;
}

type Listable = Pick<BackupStore, "list">;

/** The manifests of one vault, newest first by the store's clock: names are what somebody chose. */
export async function listManifests(container: Listable, vault: string): Promise<readonly ListedManifest[]> {
  return collect(container.list(vaultManifestsPrefix(vault)));
}

/** The manifests of every vault, newest first. */
export async function listAllManifests(container: Listable): Promise<readonly ListedManifest[]> {
  return collect(container.list(manifestsPrefix));
}

async function collect(blobs: AsyncIterable<StoredBlob>): Promise<readonly ListedManifest[]> {
  const manifests: ListedManifest[] = [];
  for await (const { path, createdAt, facts } of blobs) {
    const address = parseManifestPath(path);
    if (address) manifests.push({ ...address, path, createdAt, facts: readManifestFacts(facts) });
  }
  return manifests.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime() || (a.runId < b.runId ? 1 : -1));
}

/** @throws KeyBackupError `manifest-damaged` when it is gone, truncated, or not what its metadata or its path says. */
export async function openManifest(container: BackupStore, listed: ListedManifest): Promise<Manifest> {
  const bytes = await container.read(listed.path);
  if (!bytes) throw new KeyBackupError("manifest-damaged", `read manifest ${listed.path}: it is gone`);
  if (listed.facts && listed.facts.sha256 !== manifestHash(bytes))
    throw new KeyBackupError("manifest-damaged", `read manifest ${listed.path}: its hash differs from its metadata's`);
  const manifest = readManifest(bytes, listed.path);
  const { run, vault } = manifest.head;
  if (run.id !== listed.runId || vault.host.toLowerCase() !== listed.vault)
    throw new KeyBackupError("manifest-damaged", `read manifest ${listed.path}: it is of another vault or run`);
  return manifest;
}

/** Manifests that no other one names as its predecessor: one, or several after runs at the same time. */
export function chainTips(manifests: readonly ListedManifest[]): readonly ListedManifest[] {
  const named = new Set(manifests.flatMap(({ facts }) => facts?.previous ?? []));
  return manifests.filter(({ runId, facts }) => facts !== undefined && !named.has(runId));
}

/** True when a run's name and the instant its manifest was created can't both be right. */
export function isFarFromItsRun({ runId, createdAt }: ListedManifest): boolean {
  const startedAt = startOfRun(runId)?.getTime() ?? 0;
  const lateInMs = createdAt.getTime() - startedAt;
  return lateInMs < -DAY_IN_MS / 24 || lateInMs > 3 * DAY_IN_MS;
}
