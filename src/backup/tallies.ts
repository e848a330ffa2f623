import type { KeyEntry, Outcome } from "../catalog/entry.ts";
import type { Counts, Status, Warning } from "../catalog/manifest.ts";

const countOf: Readonly<Record<Outcome, keyof Counts>> = {
  "backed-up": "backedUp",
  unchanged: "unchanged",
  skipped: "skipped",
  failed: "failed",
  deleted: "deleted",
};

export function countOutcomes(entries: Iterable<KeyEntry>): Counts {
  const counts = { keys: 0, backedUp: 0, unchanged: 0, skipped: 0, failed: 0, deleted: 0 };
  for (const { outcome } of entries) {
    counts.keys += 1;
    counts[countOf[outcome]] += 1;
  }
  return counts;
}

/** One failure makes a run partial. It failed when it failed as a whole, or when it has nothing to show. */
export function statusOf(counts: Counts, flags: { readonly vaultFailed: boolean; readonly loud: boolean }): Status {
  if (flags.vaultFailed) return "failed";
  if (counts.failed > 0) return counts.backedUp + counts.unchanged === 0 ? "failed" : "partial";
  return flags.loud ? "partial" : "succeeded";
}

/** More keys than this gone at once is an accident or an attack until somebody says otherwise. */
export function areManyGone(gone: number, knownBefore: number): boolean {
  return gone > Math.max(5, knownBefore / 10);
}

/** The oldest instant at which a backup that the entries point at was taken. */
export function oldestBackupAt(entries: Iterable<KeyEntry>): string | undefined {
  let oldest: string | undefined;
  for (const { backup } of entries) if (backup && (!oldest || backup.takenAt < oldest)) oldest = backup.takenAt;
  return oldest;
}

/** Warnings of a run, a bounded number of each kind. */
export class Warnings {
  readonly #byCode = new Map<string, { first: string[]; more: number }>();

  add(code: string, message: string): void {
    const known = this.#byCode.get(code) ?? { first: [], more: 0 };
    if (known.first.includes(message)) return;
    if (known.first.length < 20) known.first.push(message);
    else known.more += 1;
    this.#byCode.set(code, known);
  }

  addAll(warnings: readonly Warning[]): void {
    for (const { code, message } of warnings) this.add(code, message);
  }

  list(): readonly Warning[] {
    return [...this.#byCode].flatMap(([code, { first, more }]) => [
      ...first.map((message) => ({ code, message })),
      ...(more > 0 ? [{ code, message: `and ${more} more of this kind` }] : []),
    ]);
  }
}
