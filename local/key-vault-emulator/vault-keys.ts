import type { KeyRecord } from "./key-record.ts";
import { SortedNames } from "./sorted-names.ts";

export interface DeletedKey {
  readonly record: KeyRecord;
  /** Seconds since 1970. */
  readonly deletedAt: number;
  readonly scheduledPurgeAt: number;
}

interface DeletedEntry extends DeletedKey {
  /** On the monotonic clock: when the key shows in /deletedkeys. */
  readonly readyAt: number;
}

export interface VaultKeysOptions {
  readonly retentionDays: number;
  readonly deleteLatencyMs: number;
  readonly purgeLatencyMs: number;
  readonly nowInS: () => number;
}

/** The keys of one vault in their three states. Names compare without regard to case; lists go by the upper-cased name. */
export class VaultKeys {
  readonly #live = new SortedNames<KeyRecord>();
  readonly #deleted = new SortedNames<DeletedEntry>();
  readonly #purgedUntil = new Map<string, number>();
  readonly #options: VaultKeysOptions;

  constructor(options: VaultKeysOptions) {
    this.#options = options;
  }

  find(name: string): KeyRecord | undefined {
    return this.#live.get(name);
  }

  add(record: KeyRecord): void {
    this.#live.set(record.name, record);
  }

  /** Those after `marker` in order. */
  list(marker: string, count: number): KeyRecord[] {
    return this.#live.after(marker, count);
  }

  names(): string[] {
    return this.#live.after("", Number.POSITIVE_INFINITY).map((record) => record.name);
  }

  delete(record: KeyRecord): DeletedKey {
    const deletedAt = this.#options.nowInS();
    const scheduledPurgeAt = deletedAt + this.#options.retentionDays * 86_400;
    const readyAt = performance.now() + this.#options.deleteLatencyMs;
    const entry = { record, deletedAt, scheduledPurgeAt, readyAt };
    this.#live.remove(record.name);
    this.#deleted.set(record.name, entry);
    return entry;
  }

  /** `undefined` while the deletion is still going on. */
  findDeleted(name: string): DeletedKey | undefined {
    const entry = this.#deleted.get(name);
    return entry && entry.readyAt <= performance.now() ? entry : undefined;
  }

  listDeleted(marker: string, count: number): DeletedKey[] {
    const now = performance.now();
    return this.#deleted.after(marker, count, (entry) => entry.readyAt <= now);
  }

  isBeingDeleted(name: string): boolean {
    return this.#deleted.get(name) !== undefined && this.findDeleted(name) === undefined;
  }

  recover(name: string): void {
    const entry = this.#deleted.get(name);
    if (entry === undefined) return;
    this.#deleted.remove(name);
    this.#live.set(name, entry.record);
  }

  purge(name: string): void {
    this.#live.remove(name);
    this.#deleted.remove(name);
    this.#purgedUntil.set(name.toUpperCase(), performance.now() + this.#options.purgeLatencyMs);
  }

  isBeingPurged(name: string): boolean {
    return (this.#purgedUntil.get(name.toUpperCase()) ?? 0) > performance.now();
  }
}
