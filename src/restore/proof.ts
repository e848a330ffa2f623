import type { KeyEntry } from "../catalog/entry.ts";
import { printable } from "../errors/key-backup-error.ts";

/** What a vault holds under a key's name. */
export interface LiveFacts {
  readonly name: string;
  /** Ids of all versions, newest first. */
  readonly versions: readonly string[];
  /** Of the newest version that the backup recorded; where that is not certain, of the newest live ones as well. */
  readonly thumbprints: readonly string[];
}

export type Proof =
  /** `newer`: the vault holds versions that the backup has not. */
  | { readonly proven: true; readonly newer: boolean; readonly versions: number; readonly thumbprint?: string }
  | { readonly proven: false; readonly reason: string };

/** Whether what is live is what the backup holds: every recorded version, and the newest of them with its thumbprint. */
export function proveKey(recorded: KeyEntry, live: LiveFacts): Proof {
  const versions = recorded.versions ?? [];
  const [newest] = versions;
  if (newest === undefined) return unproven("nothing is recorded of the key's versions, so nothing can be compared");
  if (live.name.toLowerCase() !== recorded.name.toLowerCase())
    return unproven(`the vault holds it as "${live.name}", not as "${recorded.name}"`);
  const held = new Set(live.versions);
  const missing = versions.filter((id) => !held.has(id));
  if (missing.length > 0)
    return unproven(
      `${missing.length} of ${versions.length} recorded versions are missing, ${printable(missing[0] ?? "", 40)} among them`,
    );
  if (recorded.thumbprint !== undefined && live.thumbprints.length === 0)
    return unproven(
      `the public key of version ${printable(newest, 40)} can't be read, so its thumbprint can't be compared`,
    );
  if (recorded.thumbprint !== undefined && !live.thumbprints.includes(recorded.thumbprint))
    return unproven(`version ${printable(newest, 40)} has another thumbprint than the recorded one`);
  return {
    proven: true,
    newer: recorded.versionsCertain === false ? live.versions[0] !== newest : live.versions.length > versions.length,
    versions: live.versions.length,
    ...(recorded.thumbprint && { thumbprint: recorded.thumbprint }),
  };
}

const unproven = (reason: string): Proof => ({ proven: false, reason });
