import type { KeyEntry } from "../catalog/entry.ts";
import type { ListedKey } from "../ports/key-vault.ts";
import type { VaultRun } from "./context.ts";
import { describeListed } from "./take-backup.ts";

/** A key that failed: described as it is in its last backup, or as it is listed when it has none. */
export function failedEntry(
  key: { readonly name: string; readonly listed?: ListedKey },
  last: KeyEntry | undefined,
  error: { readonly code: string; readonly message: string },
): KeyEntry {
  const facts = last?.backup ? withoutReason(last) : key.listed ? describeListed(key.listed) : {};
  return {
    ...facts,
    kind: "key",
    name: last?.name ?? key.name,
    outcome: "failed",
    code: error.code,
    reason: error.message,
  };
}

/** A key that the vault no longer has, with what is left of it. */
export function deletedEntry(name: string, last: KeyEntry | undefined, since: Date): KeyEntry {
  const facts = last ? withoutReason(last) : {};
  const deleted = last?.deleted ?? { since: since.toISOString(), keptIn: [] };
  return { ...facts, kind: "key", name: last?.name ?? name, outcome: "deleted", deleted };
}

function withoutReason(entry: KeyEntry): Partial<KeyEntry> {
  const { code: _code, reason: _reason, deleted: _deleted, ...facts } = entry;
  return facts;
}

/** A key that is as it was: its last backup stands for it. */
export function unchangedEntry(last: KeyEntry): KeyEntry {
  return { ...withoutReason(last), kind: "key", name: last.name, outcome: "unchanged" };
}

/** A key that a certificate owns. */
export function skippedEntry(listed: ListedKey, { vault }: VaultRun): KeyEntry {
  return {
    kind: "key",
    name: listed.name,
    outcome: "skipped",
    code: "key-managed-by-certificate",
    reason: `key "${listed.name}" of ${vault.host} belongs to the certificate of that name: back up the certificate`,
    ...describeListed(listed),
  };
}
