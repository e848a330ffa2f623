import {
  type AttributeChanges,
  attributeChangesSchema,
  type KeySeed,
  keySeedSchema,
  type LatencyConfig,
  latencySchema,
  permissionsSchema,
  type ThrottleConfig,
  throttleSchema,
} from "./config.ts";
import { type FaultRule, faultRuleSchema } from "./fault-rule.ts";
import { inSeconds, type KeyRecord, newestOf, recordsFrom } from "./key-record.ts";
import type { LoggedRequest } from "./request-log.ts";
import type { VaultState } from "./vault-state.ts";

/** What a test does to a vault behind its clients' backs. Takes effect at once, without latency or permission. */
export interface EmulatedVault {
  readonly name: string;
  readonly url: string;
  readonly resourceId: string;
  seed(keys: readonly KeySeed[]): Promise<void>;
  /** Resolves to the id of the new version. */
  rotate(name: string): Promise<string>;
  delete(name: string): void;
  /** Purge protection or not, deleted before or not. */
  purge(name: string): void;
  recover(name: string): void;
  /** Of the newest version. */
  update(name: string, changes: AttributeChanges): void;
  keyNames(): string[];
  /** Oldest first. */
  versionsOf(name: string): string[];
  /** After the rules that are there. */
  addFaults(rules: readonly FaultRule[]): void;
  clearFaults(): void;
  setThrottle(throttle: ThrottleConfig | undefined): void;
  setLatency(latency: LatencyConfig | undefined): void;
  /** What the vault reports from now on; null removes the header. Backups stay bound to its true geography. */
  setRegion(region: string | null): void;
  setPermissions(permissions: readonly string[]): void;
  requests(): readonly LoggedRequest[];
  resetRequests(): void;
  /** The most requests that were under way at the same moment since the last reset. */
  maxConcurrency(): number;
  /**
   * Every later backup holds these bytes in its ciphertext part, so that a leak can be looked for; letters, digits, `-` and `_`.
   * This emulator restores such a backup all the same; one in another process does not.
   */
  plantMarker(marker: string): void;
}

export function handleOf(vault: VaultState): EmulatedVault {
  const { subscriptionId, resourceGroup, name: vaultName } = vault.settings;
  const find = (name: string): KeyRecord => {
    const record = vault.keys.find(name);
    if (record === undefined) throw new Error(`vault ${vaultName} has no key ${name}`);
    return record;
  };
  return {
    name: vaultName,
    url: vault.url,
    resourceId: `/subscriptions/${subscriptionId}/resourceGroups/${resourceGroup}/providers/Microsoft.KeyVault/vaults/${vaultName}`,
    seed: async (keys) => seed(vault, keys),
    rotate: async (name) => vault.rotate(find(name)).id,
    delete: (name) => void vault.keys.delete(find(name)),
    purge: (name) => vault.keys.purge(name),
    recover: (name) => vault.keys.recover(name),
    update: (name, changes) => update(vault, find(name), changes),
    keyNames: () => vault.keys.names(),
    versionsOf: (name) => find(name).versions.map(({ id }) => id),
    addFaults: (rules) => vault.faults.add(rules.map((rule) => faultRuleSchema.parse(rule))),
    clearFaults: () => vault.faults.clear(),
    setThrottle: (throttle) => vault.setThrottle(throttle && throttleSchema.parse(throttle)),
    setLatency(latency) {
      vault.latency = latency && latencySchema.parse(latency);
    },
    setRegion(region) {
      vault.reportedRegion = region;
    },
    setPermissions(permissions) {
      vault.permissions = new Set(permissionsSchema.parse(permissions));
    },
    requests: () => vault.log.entries,
    resetRequests: () => vault.log.reset(),
    maxConcurrency: () => vault.log.maxConcurrency,
    plantMarker: (marker) => plantMarker(vault, marker),
  };
}

/** @throws when the vault cannot hold a key: seeds are no requests, and nothing answers them. */
export function seed(vault: VaultState, keys: readonly KeySeed[]): void {
  for (const key of keys) {
    const parsed = keySeedSchema.parse(key);
    if (vault.settings.sku === "standard" && parsed.type.endsWith("-HSM")) {
      throw new Error(`key ${key.name}: a standard vault holds no ${parsed.type} key`);
    }
    for (const record of recordsFrom(parsed, vault.shared.pool, vault.nowInS())) {
      if (vault.keys.find(record.name))
        throw new Error(`vault ${vault.settings.name} has a key ${record.name} already`);
      vault.keys.add(record);
    }
  }
}

function update(vault: VaultState, record: KeyRecord, changes: AttributeChanges): void {
  const { enabled, notBefore, expires, tags } = attributeChangesSchema.parse(changes);
  const newest = newestOf(record);
  newest.enabled = enabled ?? newest.enabled;
  newest.notBefore = notBefore ? inSeconds(notBefore) : newest.notBefore;
  newest.expires = expires ? inSeconds(expires) : newest.expires;
  newest.tags = tags ?? newest.tags;
  newest.updated = vault.nowInS();
}

function plantMarker(vault: VaultState, marker: string): void {
  if (!/^[A-Za-z0-9_-]+$/.test(marker)) throw new Error("a marker is made of letters, digits, - and _");
  vault.marker = marker;
  vault.shared.markers.add(marker);
}
