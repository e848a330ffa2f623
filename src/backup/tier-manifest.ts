import type { KeyEntry } from "../catalog/entry.ts";

/**
 * The keys of a longer tier's manifest: each as a blob of this run, as a pointer into this period of the same container,
 * or failed. `backed-up` means here that the tier holds the key for its period. Pure.
 */
export function tierKeys(options: {
  /** The daily manifest's entries of this run, by lower-case key name. */
  readonly daily: ReadonlyMap<string, KeyEntry>;
  /** What this run stored in the tier. */
  readonly stored: ReadonlyMap<string, KeyEntry>;
  /** What the tier's newest manifest of the period points at. */
  readonly held: ReadonlyMap<string, KeyEntry>;
  /** Why this tier took no backup, where it failed to. */
  readonly failure: { readonly code: string; readonly message: string } | undefined;
}): ReadonlyMap<string, KeyEntry> {
  const { daily, stored, held, failure } = options;
  const keys = new Map<string, KeyEntry>();
  for (const [name, entry] of daily) {
    const own = stored.get(name) ?? held.get(name);
    if (own) keys.set(name, asHeld(own, entry));
    else if (entry.outcome === "skipped") keys.set(name, entry);
    else if (entry.outcome !== "deleted") keys.set(name, notHeld(entry, failure));
  }
  for (const [name, entry] of held) if (!daily.has(name)) keys.set(name, { ...entry, outcome: "deleted" });
  return keys;
}

function asHeld(own: KeyEntry, daily: KeyEntry): KeyEntry {
  const { code: _code, reason: _reason, deleted: _deleted, ...facts } = own;
  if (daily.outcome !== "deleted") return { ...facts, outcome: "backed-up" };
  return { ...facts, outcome: "deleted", ...(daily.deleted && { deleted: daily.deleted }) };
}

function notHeld(entry: KeyEntry, failure: { readonly code: string; readonly message: string } | undefined): KeyEntry {
  const { backup: _backup, rotationPolicy: _policy, ...facts } = entry;
  const code = entry.code ?? failure?.code ?? "internal";
  const reason = entry.reason ?? failure?.message ?? "this tier holds no backup of the key for its period";
  return { ...facts, outcome: "failed", code, reason };
}
