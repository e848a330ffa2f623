import { expect } from "vitest";
import { sha256Of } from "../../src/catalog/hashes.ts";
import { listManifests, openManifest } from "../../src/catalog/manifest-list.ts";
import { tiers } from "../../src/catalog/tiers.ts";
import type { BackupStore } from "../../src/ports/backup-store.ts";
import { europe, type Environment } from "./environment.ts";

/** Every manifest of the vault is whole, points at what is stored, and names its predecessors by their true hashes. */
export async function expectSound(environment: Environment, vault: string, account?: string): Promise<void> {
  for (const tier of tiers) {
    const container = environment.container(tier, account ?? europe.account);
    const listed = await listManifests(container, vault);
    const hashes = new Map(listed.map(({ runId, facts }) => [runId, facts?.sha256]));
    for (const one of listed) {
      const { head, keys } = await openManifest(container, one);
      for (const { runId, sha256 } of head.previous) expect(hashes.get(runId)).toBe(sha256);
      for (const { backup } of keys) if (backup) await expectStored(container, backup);
    }
  }
}

interface Pointer {
  readonly path: string;
  readonly sha256: string;
}

async function expectStored(container: BackupStore, { path, sha256 }: Pointer): Promise<void> {
  const bytes = await container.read(path);
  expect({ path, sha256: bytes && sha256Of(bytes) }).toEqual({ path, sha256 });
}

/** The paths that this run created, sorted, without the account. Each of them once, and nothing was written any other way. */
export function createdOnce({ blobs }: Environment, runId: string): readonly string[] {
  const writes = blobs
    .passed()
    .filter(({ method, path }) => method !== "GET" && method !== "HEAD" && path.includes(runId));
  expect(writes.every(({ method }) => method === "PUT")).toBe(true);
  const created = writes.filter(({ status }) => status === 201).map(({ path }) => path);
  expect(created).toHaveLength(new Set(created).size);
  return created.map((path) => path.slice(path.indexOf("/", 1) + 1)).toSorted();
}

/** How often the vault was asked for a backup of each key. */
export function backupCalls({ emulator }: Environment, vault: string): ReadonlyMap<string, number> {
  const calls = new Map<string, number>();
  for (const { op, key = "" } of emulator.vault(vault).requests())
    if (op === "backup") calls.set(key, (calls.get(key) ?? 0) + 1);
  return calls;
}
