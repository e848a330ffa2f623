import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { LiveKey } from "../../src/ports/key-vault.ts";
import type { RestoreTarget } from "../../src/ports/restore-target.ts";
import { live, newestFirst, type HeldKey } from "./memory-keys.ts";

export interface MemoryRestoreTarget extends RestoreTarget {
  /** Bytes that this target restores as that key. */
  backUp(held: HeldKey): Uint8Array;
  delete(name: string): void;
  purge(name: string): void;
}

export interface MemoryRestoreTargetOptions {
  readonly clock: Clock;
  readonly region?: string;
  readonly purgeProtection?: boolean;
}

/** A vault in a Map that takes back what it has backed up, and nothing else. */
export function createMemoryRestoreTarget(options: MemoryRestoreTargetOptions): MemoryRestoreTarget {
  const { clock, region, purgeProtection = false } = options;
  const backups = new Map<string, HeldKey>();
  const keys = new Map<string, HeldKey>();
  const deleted = new Map<string, string>();
  let requests = 0;

  const upper = (name: string): string => name.toUpperCase();
  function call(name: string): string {
    if (!/^[0-9a-zA-Z-]{1,127}$/.test(name))
      throw new KeyBackupError("bad-request", `name a key: "${name}" is no name of a key`);
    requests += 1;
    return upper(name);
  }

  return {
    observe() {
      requests += 1;
      return Promise.resolve({ region, tenantId: "7d2c1a90-3b64-4e58-9f0a-5c1d8e2b7f46" });
    },
    async listVersions(name) {
      const held = keys.get(call(name));
      return held ? newestFirst(held) : [];
    },
    async getKeyVersion(name, version): Promise<LiveKey | undefined> {
      const held = keys.get(call(name));
      const upTo = held?.versions.findIndex(({ id }) => id === version) ?? -1;
      return held && upTo >= 0 ? live({ ...held, versions: held.versions.slice(0, upTo + 1) }) : undefined;
    },
    async findDeletedKey(name) {
      const deletedAt = deleted.get(call(name));
      if (deletedAt === undefined) return undefined;
      const purgesAt = new Date(Date.parse(deletedAt) + 90 * 86_400_000).toISOString().replace(/\.\d+Z$/, "Z");
      return { purgeable: !purgeProtection, deletedAt, purgesAt };
    },
    async restoreKey(name, bytes) {
      call(name);
      const held = backups.get(Buffer.from(bytes).toString("latin1"));
      if (!held) throw new KeyBackupError("backup-malformed", `restore key "${name}": 400`);
      const taken = upper(held.key.name);
      if (keys.has(taken)) throw new KeyBackupError("key-name-taken", `restore key "${name}": 409`);
      if (deleted.has(taken)) throw new KeyBackupError("key-soft-deleted", `restore key "${name}": 409`);
      keys.set(taken, held);
      return live(held);
    },
    async setRotationPolicy(name) {
      if (!keys.has(call(name))) throw new KeyBackupError("key-not-found", `set the rotation policy of "${name}": 404`);
    },
    requestCount: () => requests,
    backUp(held) {
      const bytes = Buffer.from(`backup ${backups.size} of ${held.key.name}`);
      backups.set(bytes.toString("latin1"), held);
      return bytes;
    },
    delete(name) {
      keys.delete(upper(name));
      deleted.set(
        upper(name),
        clock
          .now()
          .toISOString()
          .replace(/\.\d+Z$/, "Z"),
      );
    },
    purge(name) {
      keys.delete(upper(name));
      deleted.delete(upper(name));
    },
  };
}
