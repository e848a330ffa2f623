import type { KeyEntry } from "../catalog/entry.ts";
import { hashTags } from "../catalog/hashes.ts";
import type { Warning } from "../catalog/manifest.ts";
import { thumbprintOf } from "../catalog/thumbprint.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Clock } from "../ports/clock.ts";
import type { KeyVault, KeyVersion, ListedKey, LiveKey, RotationPolicy } from "../ports/key-vault.ts";

/** Key Vault can't back up a key with more versions; single versions can't be deleted. */
export const mostVersions = 500;
const versionsToWarnOf = 450;

/** Answers that Key Vault gives, or does not give, for a key with too many versions. */
const tooManyLooksLike: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "vault-bad-request",
  "key-backup-timeout",
  "vault-timeout",
  "vault-unavailable",
]);

export interface TakenBackup {
  readonly bytes: Uint8Array;
  readonly takenAt: string;
  /** All but where the backup is stored. */
  readonly entry: KeyEntry;
  readonly warnings: readonly Warning[];
}

/** What surrounds a backup. A fact that can't be read costs certainty, never the backup. */
interface Surroundings {
  readonly versions: readonly KeyVersion[] | undefined;
  readonly live: LiveKey | undefined;
  readonly policy: RotationPolicy | null | undefined;
  readonly problems: readonly KeyBackupError[];
}

/**
 * Backs up one key: its versions, Backup Key, the key itself. When it changed meanwhile, once more; when it changes
 * again, the entry says that its versions are not certain.
 */
export async function takeBackup(vault: KeyVault, listed: ListedKey, clock: Clock): Promise<TakenBackup> {
  const first = await takeOnce(vault, listed, clock);
  if (!hasMoved(listed.updatedAt, first)) return describe(listed, first, true);
  const again = await takeOnce(vault, listed, clock);
  return describe(listed, again, !hasMoved(first.live?.updatedAt, again));
}

interface OneBackup extends Surroundings {
  readonly bytes: Uint8Array;
  readonly takenAt: string;
}

async function takeOnce(vault: KeyVault, { name }: ListedKey, clock: Clock): Promise<OneBackup> {
  const versions = await attempt(vault.listVersions(name));
  const bytes = await vault.backupKey(name).catch((error: unknown) => {
    throw tooManyVersions(name, versions.value?.length ?? 0, error) ?? error;
  });
  const takenAt = clock.now().toISOString();
  const [live, policy] = await Promise.all([attempt(vault.getKey(name)), attempt(vault.getRotationPolicy(name))]);
  const problems = [versions, live, policy].flatMap(({ problem }) => problem ?? []);
  return {
    bytes,
    takenAt,
    versions: versions.value,
    live: live.value,
    policy: policy.problem ? undefined : (policy.value ?? null),
    problems,
  };
}

/** Tells a key that is too old from a service in trouble: both answer alike. */
function tooManyVersions(name: string, count: number, error: unknown): KeyBackupError | undefined {
  if (count <= mostVersions || !(error instanceof KeyBackupError) || !tooManyLooksLike.has(error.code))
    return undefined;
  return new KeyBackupError("key-too-many-versions", `back up key "${name}": it has ${count} versions (${error.code})`);
}

function hasMoved(updatedBefore: string | undefined, taken: OneBackup): boolean {
  const { versions, live } = taken;
  if (!live) return false;
  return live.updatedAt !== updatedBefore || (versions !== undefined && live.newestVersion !== versions[0]?.id);
}

function describe(listed: ListedKey, taken: OneBackup, still: boolean): TakenBackup {
  const { versions, live, policy, bytes, takenAt, problems } = taken;
  const certain = still && live !== undefined && versions !== undefined && versions.length > 0;
  const entry = describeKey(live ?? listed, { versions, live, policy, certain });
  return { bytes, takenAt, entry, warnings: [...versionWarnings(entry), ...problems.map(factsWarning(entry.name))] };
}

/** The entry of a key, without outcome-specific members. */
export function describeKey(
  key: ListedKey,
  facts: Pick<Surroundings, "versions" | "live" | "policy"> & { readonly certain: boolean },
): KeyEntry {
  const thumbprint = facts.live && thumbprintOf(facts.live.publicKey);
  return {
    kind: "key",
    name: key.name,
    outcome: "backed-up",
    ...describeListed(key),
    ...(facts.live && { keyType: facts.live.keyType }),
    ...(facts.versions && { versions: facts.versions.map(({ id }) => id) }),
    versionsCertain: facts.certain,
    ...(thumbprint && { thumbprint }),
    ...(facts.policy !== undefined && { rotationPolicy: facts.policy }),
  };
}

/** What a listing tells of a key, as members of its entry. */
export function describeListed(key: ListedKey): Partial<KeyEntry> {
  return {
    enabled: key.enabled,
    ...(key.createdAt && { createdAt: key.createdAt }),
    ...(key.updatedAt && { updatedAt: key.updatedAt }),
    ...(key.notBefore && { notBefore: key.notBefore }),
    ...(key.expiresAt && { expiresAt: key.expiresAt }),
    tagsSha256: hashTags(key.tags),
  };
}

function versionWarnings({ name, versions }: KeyEntry): readonly Warning[] {
  const count = versions?.length ?? 0;
  if (count <= versionsToWarnOf) return [];
  return [{ code: "many-versions", message: `key "${name}" has ${count} versions; the limit is ${mostVersions}` }];
}

const factsWarning =
  (name: string) =>
  (problem: KeyBackupError): Warning => ({
    code: "facts-unreadable",
    message: `key "${name}" is backed up, but not all about it could be read: ${problem.message}`,
  });

/** The value of a call that may fail; only failures of this program's own making are passed on. */
async function attempt<T>(call: Promise<T>): Promise<{ readonly value?: T; readonly problem?: KeyBackupError }> {
  try {
    return { value: await call };
  } catch (error) {
    if (error instanceof KeyBackupError) return { problem: error };
    throw error;
  }
}
