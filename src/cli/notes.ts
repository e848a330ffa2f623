import type { Warning } from "../catalog/manifest.ts";
import { minuteText, oneLine } from "./text.ts";

export interface SourceNotes {
  readonly warnings: readonly Warning[];
  readonly lastSyncAt?: Date;
}

/** What to know of where an answer was read: a replica's age, and manifests that could not be used. */
export function sourceNotes({ warnings, lastSyncAt }: SourceNotes): readonly string[] {
  const sync = lastSyncAt
    ? ["", `Read from the replica, last in step with the store at ${minuteText(lastSyncAt)}.`]
    : [];
  const lines = warnings.map(({ code, message }) => oneLine(`warning ${code}: ${message}`));
  return lines.length === 0 ? sync : [...sync, "", ...lines];
}
