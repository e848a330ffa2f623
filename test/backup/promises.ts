import { sha256Of } from "../../src/catalog/hashes.ts";
import { readManifestFacts } from "../../src/catalog/manifest-facts.ts";
import { readManifest, type Manifest } from "../../src/catalog/manifest.ts";
import { parseManifestPath } from "../../src/catalog/paths.ts";
import { tiers, type Tier } from "../../src/catalog/tiers.ts";
import { countOutcomes } from "../../src/backup/tallies.ts";
import type { MemoryBlob, MemoryStore } from "../memory/memory-store.ts";
import type { WorldStore } from "./world-stores.ts";

export interface PromiseCheck {
  /** Throws when a kept manifest can't be read or points at nothing, or when a path holds other bytes than before. */
  check(stores: readonly WorldStore[]): void;
  manifest(blob: MemoryBlob, path: string): Manifest;
}

/** Remembers what it has read and hashed: a store grows for years, and is checked every night. */
export function createPromiseCheck(): PromiseCheck {
  const parsed = new WeakMap<Uint8Array, Manifest>();
  const hashes = new WeakMap<Uint8Array, string>();
  const firstBytes = new Map<string, string>();

  function hashOf({ content }: MemoryBlob): string {
    const hash = hashes.get(content) ?? sha256Of(content);
    hashes.set(content, hash);
    return hash;
  }

  function manifest(blob: MemoryBlob, path: string): Manifest {
    const known = parsed.get(blob.content) ?? readManifest(blob.content, path);
    parsed.set(blob.content, known);
    return known;
  }

  function writtenOnce(container: string, { blobs }: MemoryStore): void {
    for (const [path, blob] of blobs) {
      const place = `${container}/${path}`;
      const hash = hashOf(blob);
      if ((firstBytes.get(place) ?? hash) !== hash) throw new Error(`${place} was overwritten`);
      firstBytes.set(place, hash);
    }
  }

  function pointersHold(tier: Tier, { blobs }: MemoryStore): void {
    for (const [path, blob] of blobs) {
      if (!parseManifestPath(path)) continue;
      const { head, keys, totals } = manifest(blob, path);
      const where = `${tier}/${path}`;
      if (head.tier !== tier) throw new Error(`${where} says that it is of ${head.tier}`);
      if (readManifestFacts(blob.facts)?.sha256 !== hashOf(blob)) throw new Error(`${where} differs from its metadata`);
      if (JSON.stringify(countOutcomes(keys)) !== JSON.stringify(totals.counts)) throw new Error(`${where} miscounts`);
      for (const { name, outcome, backup } of keys) {
        if (!backup && (outcome === "backed-up" || outcome === "unchanged"))
          throw new Error(`${where} says ${outcome} of ${name} and names no backup`);
        if (!backup) continue;
        const stored = blobs.get(backup.path);
        if (!stored) throw new Error(`${where} points at ${backup.path}, which is gone`);
        if (hashOf(stored) !== backup.sha256) throw new Error(`${where}: the hash of ${backup.path} is another`);
      }
    }
  }

  return {
    manifest,
    check(stores) {
      for (const store of stores)
        for (const tier of tiers) {
          writtenOnce(`${store.url}/${tier}`, store.memory[tier]);
          pointersHold(tier, store.memory[tier]);
        }
    },
  };
}
