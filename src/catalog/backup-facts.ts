import type { BlobFacts } from "../ports/backup-store.ts";
import type { KeyEntry, StoredBackup } from "./entry.ts";

/** What the metadata of a stored backup says: enough to restore it when manifest and entry file are both lost. */
export interface BackupFacts {
  readonly sha256: string;
  readonly keyName: string;
  readonly vaultResourceId: string;
  readonly region: string;
  readonly geography: string;
  readonly takenAt: string;
  readonly updatedAt?: string;
  readonly newestVersion?: string;
  readonly versionCount?: number;
  readonly thumbprint?: string;
}

export interface FactsOfVault {
  readonly resourceId: string;
  readonly region: string;
  readonly geography: string;
}

/** Blob metadata of the backup of `entry`. Names are lower case without dashes: the service takes C# identifiers only. */
export function writeBackupFacts(vault: FactsOfVault, entry: KeyEntry, backup: StoredBackup): BlobFacts {
  const facts: Record<string, string | undefined> = {
    sha256: backup.sha256,
    keyname: entry.name,
    vaultid: vault.resourceId,
    region: vault.region,
    geography: vault.geography,
    takenat: backup.takenAt,
    updatedat: entry.updatedAt,
    newestversion: entry.versions?.[0],
    versioncount: entry.versions && String(entry.versions.length),
    thumbprint: entry.thumbprint,
  };
  return Object.fromEntries(Object.entries(facts).filter((fact): fact is [string, string] => fact[1] !== undefined));
}

/** `undefined` when the metadata lacks what makes a backup usable: its hash, its key and its vault. */
export function readBackupFacts(facts: BlobFacts): BackupFacts | undefined {
  const { sha256, keyname, vaultid, region, geography, takenat, updatedat, newestversion, versioncount, thumbprint } =
    facts as Readonly<Partial<Record<string, string>>>;
  if (!sha256 || !/^[0-9a-f]{64}$/.test(sha256) || !keyname || !/^[0-9a-zA-Z-]{1,127}$/.test(keyname)) return undefined;
  if (!vaultid || !region || !geography || !takenat || Number.isNaN(Date.parse(takenat))) return undefined;
  return {
    sha256,
    keyName: keyname,
    vaultResourceId: vaultid,
    region,
    geography,
    takenAt: takenat,
    ...(updatedat && { updatedAt: updatedat }),
    ...(newestversion && { newestVersion: newestversion }),
    ...(versioncount && /^\d{1,6}$/.test(versioncount) && { versionCount: Number(versioncount) }),
    ...(thumbprint && { thumbprint }),
  };
}
