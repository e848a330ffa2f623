import type { EmulatorSettings, VaultSettings } from "./config.ts";
import { FaultScript } from "./fault-script.ts";
import { kindOf, type KeyPool } from "./key-pool.ts";
import { addPeriod, inSeconds, type KeyRecord, type KeyVersion, makeVersion, newestOf } from "./key-record.ts";
import { RequestLog } from "./request-log.ts";
import { makeWindow, type PointWindow, type ThrottleSettings, VaultThrottle } from "./throttle.ts";
import { VaultKeys } from "./vault-keys.ts";
import { type WrappingKeys, wrappingKeys } from "./wrapping-keys.ts";

/** What the vaults of one emulator have in common. */
export interface Shared {
  readonly settings: EmulatorSettings;
  readonly pool: KeyPool;
  readonly random: () => number;
  /** Planted in backups; see `plantMarker`. */
  readonly markers: Set<string>;
  /** By subscription and region. */
  readonly ceilings: Map<string, PointWindow>;
}

/** Everything one vault knows; the routes and the handle work on it. */
export class VaultState {
  readonly settings: VaultSettings;
  readonly shared: Shared;
  readonly keys: VaultKeys;
  readonly wrappingKeys: WrappingKeys;
  readonly log = new RequestLog();
  readonly faults: FaultScript;
  /** Known once the port is. */
  url = "";
  /** What the vault says of itself; its geography stays where it is. */
  reportedRegion: string | null;
  permissions: ReadonlySet<string>;
  latency: { readonly baseInMs: number; readonly jitterInMs: number } | undefined;
  throttle: VaultThrottle | undefined;
  marker = "";

  constructor(settings: VaultSettings, shared: Shared) {
    this.settings = settings;
    this.shared = shared;
    this.keys = new VaultKeys({
      retentionDays: settings.softDeleteRetentionDays,
      deleteLatencyMs: shared.settings.deleteLatencyMs,
      purgeLatencyMs: shared.settings.purgeLatencyMs,
      nowInS: () => this.nowInS(),
    });
    this.wrappingKeys = wrappingKeys(settings.geography, settings.subscriptionId, settings.region);
    this.faults = new FaultScript(shared.random);
    this.faults.add(settings.faults);
    this.reportedRegion = settings.region;
    this.permissions = new Set(settings.permissions);
    this.latency = settings.latency ?? shared.settings.latency;
    this.setThrottle(settings.throttle ?? shared.settings.throttle);
  }

  setThrottle(settings: ThrottleSettings | undefined): void {
    const owner = `${this.settings.subscriptionId}|${this.settings.region}`;
    let ceiling: PointWindow | undefined;
    if (settings?.subscriptionCeiling) {
      ceiling = this.shared.ceilings.get(owner) ?? makeWindow(settings, 5);
      this.shared.ceilings.set(owner, ceiling);
    }
    this.throttle = settings && new VaultThrottle(settings, ceiling);
  }

  nowInS(): number {
    return inSeconds(this.shared.settings.now());
  }

  /** Origin of key ids. Next links always lead to the dialled one. */
  get idOrigin(): string {
    return this.shared.settings.kidHost === "canonical" ? `https://${this.settings.name}.vault.azure.net` : this.url;
  }

  /** A new version of the newest's kind, that expires as the rotation policy says. */
  rotate(record: KeyRecord): KeyVersion {
    const newest = newestOf(record);
    const created = this.nowInS();
    const version = makeVersion({
      type: newest.type,
      material: this.shared.pool.make(kindOf(newest)),
      created,
      expires: addPeriod(created, record.rotationPolicy?.attributes["expiryTime"]),
      tags: newest.tags,
      operations: newest.operations,
    });
    record.versions.push(version);
    return version;
  }
}
