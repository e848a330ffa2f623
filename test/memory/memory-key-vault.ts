import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import type { Clock } from "../../src/ports/clock.ts";
import type { KeyVault } from "../../src/ports/key-vault.ts";
import { backupOutline } from "./backup-outline.ts";
import { createMemoryKeys, listed, live, newestFirst, type HeldKey, type MemoryKeys } from "./memory-keys.ts";

/** Versions that Key Vault can back up in one call. */
const VERSION_LIMIT = 500;
/** The wrapping key id that most recordings of the real service show. */
const WRAPPING_KEY_ID = "4385b07b-d547-42e5-ae9e-610dc39dfaf8";

export type KeyVaultOp = "listKeys" | "listVersions" | "getKey" | "backupKey" | "getRotationPolicy";
/** A failure to throw, or work to do before the call is answered (which may throw, rotate, delete…). */
export type KeyVaultFault = KeyBackupError | (() => void | Promise<void>);

export interface MemoryKeyVault extends KeyVault, Omit<MemoryKeys, "find" | "live"> {
  /** Meets calls of `op` on the key (`"*"`: on every one, and each page of a listing), `times` of them: all unless told. */
  fault(op: KeyVaultOp, name: string, fault: KeyVaultFault, times?: number): void;
  clearFaults(): void;
  /** What the vault says of itself from now on. */
  setRegion(region: string | undefined): void;
  /** The calls so far, as `op name`; of a listing each page, as `listKeys *`. */
  readonly calls: readonly string[];
}

export interface MemoryKeyVaultOptions {
  readonly clock: Clock;
  /** What the vault reports as its region; absent: nothing. */
  readonly region?: string;
  /** What its sign-in challenge names. */
  readonly tenantId?: string;
  readonly pageSize?: number;
  readonly keys?: readonly Parameters<MemoryKeys["add"]>[number][];
}

/** A vault in a Map, for tests of the rules: every answer at once, the clock simulated, failures as a test asks for them. */
export function createMemoryKeyVault(options: MemoryKeyVaultOptions): MemoryKeyVault {
  const { clock, tenantId = "7d2c1a90-3b64-4e58-9f0a-5c1d8e2b7f46", pageSize = 25, keys = [] } = options;
  const { find, live: liveKeys, ...controls } = createMemoryKeys(clock);
  const calls: string[] = [];
  let { region } = options;
  let faults: { op: KeyVaultOp; name: string; fault: KeyVaultFault; left: number }[] = [];
  controls.add(...keys);

  async function call(op: KeyVaultOp, name: string): Promise<void> {
    calls.push(`${op} ${name}`);
    const hit = faults.find((each) => each.op === op && (each.name === "*" || sameName(each.name, name)));
    if (hit === undefined) return;
    hit.left -= 1;
    faults = faults.filter(({ left }) => left > 0);
    if (hit.fault instanceof KeyBackupError) throw hit.fault;
    await hit.fault();
  }

  function present(name: string): HeldKey | undefined {
    const key = find(name);
    return key?.deleted === true ? undefined : key;
  }

  return {
    ...controls,
    calls,
    async *listKeys() {
      let rest: readonly HeldKey[] = liveKeys();
      do {
        await call("listKeys", "*");
        const page = rest.slice(0, pageSize);
        yield { keys: page.map(listed), observed: { region, tenantId } };
        rest = rest.slice(pageSize);
      } while (rest.length > 0);
    },
    async listVersions(name) {
      await call("listVersions", name);
      const key = present(name);
      return key === undefined ? [] : newestFirst(key);
    },
    async getKey(name) {
      await call("getKey", name);
      const key = present(name);
      return key && live(key);
    },
    async backupKey(name) {
      await call("backupKey", name);
      const key = present(name);
      if (key === undefined) throw refusal("key-not-found", name, "404 KeyNotFound");
      if (key.key.managed === true) throw refusal("key-managed-by-certificate", name, "403 KeyManagedByKeyVault");
      if (key.versions.length > VERSION_LIMIT) throw refusal("key-too-many-versions", name, "400 BadRequest");
      return backupOutline(WRAPPING_KEY_ID, key.versions.length);
    },
    async getRotationPolicy(name) {
      await call("getRotationPolicy", name);
      return present(name)?.key.rotationPolicy;
    },
    requestCount: () => calls.length,
    fault: (op, name, fault, times = Number.POSITIVE_INFINITY) => void faults.push({ op, name, fault, left: times }),
    clearFaults: () => {
      faults = [];
    },
    setRegion: (reported) => {
      region = reported;
    },
  };
}

const sameName = (a: string, b: string): boolean => a.toUpperCase() === b.toUpperCase();

const refusal = (
  code: "key-not-found" | "key-managed-by-certificate" | "key-too-many-versions",
  name: string,
  reason: string,
) => new KeyBackupError(code, `back up key "${name}": ${reason}`);
