import { writeBackupFacts } from "../../src/catalog/backup-facts.ts";
import { sha256Of } from "../../src/catalog/hashes.ts";
import { writeManifestFacts } from "../../src/catalog/manifest-facts.ts";
import { readManifest, writeManifest, type Manifest } from "../../src/catalog/manifest.ts";
import type { MemoryBlob, MemoryStore } from "../memory/memory-store.ts";

export const folder = "app.vault.azure.net";

/** What somebody does who can write to a container, against all rules. */
export function tamper(store: MemoryStore, path: string, change: (blob: MemoryBlob) => Partial<MemoryBlob>): void {
  const blob = store.blobs.get(path);
  if (!blob) throw new RangeError(`nothing is stored at ${path}`);
  store.blobs.set(path, { ...blob, ...change(blob) });
}

export const manifestsIn = ({ blobs }: MemoryStore): readonly string[] =>
  [...blobs.keys()].filter((path) => path.startsWith(`manifests/${folder}/`)).toSorted();

/** Rewrites a manifest so that it is consistent in itself. */
export function rewriteManifest(store: MemoryStore, path: string, change: (manifest: Manifest) => Manifest): void {
  tamper(store, path, ({ content }) => {
    const manifest = change(readManifest(content, path));
    const bytes = writeManifest(manifest);
    return { content: bytes, facts: writeManifestFacts(manifest, bytes) };
  });
}

/** Puts other bytes where a manifest points, and makes manifest, entry and metadata agree with them. */
export function plantBackup(store: MemoryStore, runId: string, key: string, bytes: Uint8Array): void {
  const path = `blobs/${folder}/${runId}/keys/${key}.backup`;
  rewriteManifest(store, `manifests/${folder}/${runId}.jsonl`, (manifest) => ({
    ...manifest,
    keys: manifest.keys.map((entry) => {
      if (entry.name.toLowerCase() !== key || !entry.backup) return entry;
      const backup = { ...entry.backup, sha256: sha256Of(bytes), bytes: bytes.byteLength };
      const facts = writeBackupFacts(manifest.head.vault, entry, backup);
      tamper(store, path, () => ({ content: bytes, facts }));
      return { ...entry, backup };
    }),
  }));
}

export function flipBit(bytes: Uint8Array, at: number): Uint8Array {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}
