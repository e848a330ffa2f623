import type { KeyEntry } from "./entry.ts";

/** Why a recovery point does not follow from an older one: a key's versions only grow. */
export interface ContinuityBreak {
  readonly kind: "version-lacking" | "thumbprint-differs";
  readonly version: string;
  readonly olderRunId: string;
  readonly olderCreatedAt: Date;
}

export interface KeyHistory {
  /** Oldest first. At most one of each kind: one is enough to stop, and a key may have hundreds of versions. */
  readonly breaks: readonly ContinuityBreak[];
  /** Creation time of the oldest recovery point that shows the same newest version with the same thumbprint. */
  readonly thumbprintKnownSince: Date | undefined;
}

export interface OlderEntry {
  readonly runId: string;
  readonly createdAt: Date;
  readonly entry: KeyEntry;
}

/** Holds a recovery point against the older ones of its key, given oldest first. */
export function judgeHistory(entry: KeyEntry, createdAt: Date, older: readonly OlderEntry[]): KeyHistory {
  const lacking = older.map((each) => lackingVersion(entry, each)).find((found) => found !== undefined);
  const other = older.map((each) => otherThumbprint(entry, each)).find((found) => found !== undefined);
  const same = older.find(
    (each) => each.entry.versions?.[0] === entry.versions?.[0] && each.entry.thumbprint === entry.thumbprint,
  );
  return {
    breaks: [lacking, other].filter((found) => found !== undefined),
    thumbprintKnownSince: entry.thumbprint === undefined ? undefined : (same?.createdAt ?? createdAt),
  };
}

/** A list that is not certain may lack versions that the backup has, so it proves nothing. */
function lackingVersion(entry: KeyEntry, older: OlderEntry): ContinuityBreak | undefined {
  if (entry.versions === undefined || entry.versionsCertain === false) return undefined;
  const version = older.entry.versions?.find((id) => !entry.versions?.includes(id));
  return version === undefined ? undefined : brokenAt("version-lacking", version, older);
}

/** Nor can a thumbprint be told a version's where the order of the versions is not certain. */
function otherThumbprint(entry: KeyEntry, older: OlderEntry): ContinuityBreak | undefined {
  if (entry.versionsCertain === false || older.entry.versionsCertain === false) return undefined;
  const [version] = entry.versions ?? [];
  if (version === undefined || version !== older.entry.versions?.[0]) return undefined;
  const [ours, theirs] = [entry.thumbprint, older.entry.thumbprint];
  if (ours === undefined || theirs === undefined || ours === theirs) return undefined;
  return brokenAt("thumbprint-differs", version, older);
}

const brokenAt = (kind: ContinuityBreak["kind"], version: string, older: OlderEntry): ContinuityBreak => ({
  kind,
  version,
  olderRunId: older.runId,
  olderCreatedAt: older.createdAt,
});
