import { checkFacts } from "../../src/azure/blob-facts.ts";
import type { BackupStore, BlobFacts, StoredBlob } from "../../src/ports/backup-store.ts";
import type { Clock } from "../../src/ports/clock.ts";

export interface MemoryBlob {
  readonly content: Uint8Array;
  readonly createdAt: Date;
  readonly facts: BlobFacts;
}

export interface StoreFault {
  readonly op: "create" | "read" | "stat" | "list";
  /** Which paths (or prefixes, for `list`) it meets; all when absent. */
  readonly path?: RegExp;
  readonly error: Error;
  /** How many calls it meets: once unless told. */
  readonly times?: number;
  /** `create` only: the blob is stored, and the answer lost. */
  readonly applied?: true;
}

export interface MemoryStore extends BackupStore {
  /** What is stored, by path. A test may change it to play the intruder. */
  readonly blobs: Map<string, MemoryBlob>;
  /** Applies a lifecycle rule: removes what `rule` says has expired. Resolves to the paths removed. */
  expire(rule: (path: string, createdAt: Date, now: Date) => boolean): readonly string[];
  failNext(fault: StoreFault): void;
}

/** A container in a Map: create-only, with the clock to the second, as Blob Storage has it. */
export function createMemoryStore(clock: Clock): MemoryStore {
  const blobs = new Map<string, MemoryBlob>();
  let faults: { fault: StoreFault; left: number }[] = [];

  const stored = (path: string, blob: MemoryBlob): StoredBlob => ({
    path,
    bytes: blob.content.byteLength,
    createdAt: blob.createdAt,
    facts: { ...blob.facts },
  });

  function takeFault(op: StoreFault["op"], path: string): StoreFault | undefined {
    const hit = faults.find(({ fault }) => fault.op === op && (fault.path?.test(path) ?? true));
    if (hit === undefined) return undefined;
    hit.left -= 1;
    faults = faults.filter(({ left }) => left > 0);
    return hit.fault;
  }

  function failIfAsked(op: StoreFault["op"], path: string): void {
    const fault = takeFault(op, path);
    if (fault !== undefined) throw fault.error;
  }

  return {
    blobs,
    async create(path, bytes, facts) {
      checkFacts(path, facts);
      const fault = takeFault("create", path);
      if (fault !== undefined && fault.applied === undefined) throw fault.error;
      const before = blobs.get(path);
      if (before !== undefined) return { outcome: "exists", blob: stored(path, before) };
      const createdAt = new Date(Math.floor(clock.now().getTime() / 1000) * 1000);
      const blob = { content: Uint8Array.from(bytes), createdAt, facts: { ...facts } };
      blobs.set(path, blob);
      if (fault !== undefined) throw fault.error;
      return { outcome: "created", blob: stored(path, blob) };
    },
    async read(path) {
      failIfAsked("read", path);
      const blob = blobs.get(path);
      return blob && Uint8Array.from(blob.content);
    },
    async stat(path) {
      failIfAsked("stat", path);
      const blob = blobs.get(path);
      return blob && stored(path, blob);
    },
    async *list(prefix) {
      failIfAsked("list", prefix);
      const paths = [...blobs.keys()].filter((path) => path.startsWith(prefix)).toSorted();
      for (const path of paths) {
        const blob = blobs.get(path);
        if (blob !== undefined) yield stored(path, blob);
      }
    },
    expire(rule) {
      const gone = [...blobs].filter(([path, blob]) => rule(path, blob.createdAt, clock.now())).map(([path]) => path);
      for (const path of gone) blobs.delete(path);
      return gone;
    },
    failNext: (fault) => void faults.push({ fault, left: fault.times ?? 1 }),
  };
}
