import type { ErrorCode } from "../errors/codes.ts";
import { printable } from "../errors/key-backup-error.ts";
import type { VaultConfig } from "./config.ts";
import { shown, type Problem } from "./problem.ts";

/** A fault that leaves out one vault. */
export interface VaultFault extends Problem {
  readonly vault: string;
  readonly code: ErrorCode;
}

/** A vault as its entry describes it, and where that stands; or why it is none. */
export type VaultEntry =
  { readonly vault: VaultConfig; readonly path: string } | { readonly faults: readonly VaultFault[] };

/** What one element of the setting's array says. Its problems are the whole app's. */
export interface EntryReading {
  readonly entries: readonly VaultEntry[];
  readonly problems: readonly Problem[];
}

/** The name that an entry gives, as far as one can be read; else where the entry stands. */
export function nameOf(entry: unknown, path: string): string {
  const name = typeof entry === "object" && entry !== null && "name" in entry ? entry.name : entry;
  return typeof name === "string" && name.trim() !== "" ? printable(shown(name).slice(1, -1)).toLowerCase() : path;
}
