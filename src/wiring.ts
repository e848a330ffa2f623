import type { BackupContext, VaultInStore, VaultProblem } from "./backup/context.ts";
import type { KeyVaultOptions } from "./azure/key-vault.ts";
import type { Store } from "./catalog/store.ts";
import type { Config, StoreConfig, VaultConfig } from "./config/config.ts";
import type { Use } from "./config/hosting.ts";
import { KeyBackupError } from "./errors/key-backup-error.ts";
import { chooseStore } from "./geography/store-rule.ts";
import { createPacer } from "./pacing/pacer.ts";
import { requestsPerSecond } from "./pacing/rate.ts";
import type { BackupStore } from "./ports/backup-store.ts";
import type { KeyVault } from "./ports/key-vault.ts";
import type { RestoreTarget } from "./ports/restore-target.ts";
import type { StoreProbe } from "./ports/store-probe.ts";
import type { RestoreContext } from "./restore/context.ts";

type OpenVault = BackupContext["openVault"];

/** Wires the rules to Azure. The SDKs are loaded here, on first use, so that a cold start does not wait for them. */
export async function wireBackup(config: Config, toolVersion: string, use: Use = "app"): Promise<BackupContext> {
  const { systemClock: clock } = await import("./azure/clock.ts");
  const { createBlobStore } = await import("./azure/blob-store.ts");
  const credential = await chooseCredential(config, use);
  const openContainer = ({ url, sas }: StoreConfig, name: string): BackupStore =>
    createBlobStore({ containerUrl: `${url}/${name}`, clock, ...(sas === undefined ? { credential } : { sas }) });
  const stores = config.stores.map((store) => openStore(store, openContainer));
  const places = config.vaults.filter(({ backup }) => backup).map((vault) => placeVault(vault, stores, config));
  return {
    clock,
    settings: { ...config, toolVersion },
    stores: stores.map(({ store }) => store),
    vaults: places.filter((place) => "store" in place),
    vaultProblems: [...config.vaultProblems, ...places.filter((place) => "code" in place)],
    requestsPerSecond: (sharing) =>
      requestsPerSecond({ limitShare: config.limitShare, vaultsOfSubscriptionAndRegion: sharing }),
    openVault: await openingVaults(config, { clock, credential }),
  };
}

/** The same for a restore: its stores read only, apart from `restores`; every configured vault is a target. */
export async function wireRestore(config: Config, toolVersion: string, use: Use = "app"): Promise<RestoreContext> {
  const { systemClock: clock } = await import("./azure/clock.ts");
  const { createBlobStore } = await import("./azure/blob-store.ts");
  const { readLastSyncAt, secondaryUrl } = await import("./azure/replica-sync.ts");
  const credential = await chooseCredential(config, use);
  const rights = ({ sas }: StoreConfig) => (sas === undefined ? { credential } : { sas });
  const open = (store: StoreConfig, name: string): BackupStore =>
    createBlobStore({ containerUrl: `${store.url}/${name}`, clock, ...rights(store) });
  return {
    clock,
    settings: { ...config, toolVersion },
    stores: config.stores.map((store) => openStore(store, open).store),
    openSecondary({ url, replication }) {
      const primary = config.stores.find((store) => store.url === url);
      if (!primary || !replication.startsWith("RA-")) return undefined;
      const secondary = { ...primary, url: secondaryUrl(url) };
      return {
        store: openStore(secondary, open).store,
        readLastSyncAt: () => readLastSyncAt({ url: secondary.url, clock, ...rights(primary) }),
      };
    },
    targets: config.vaults,
    openTarget: await openingTargets(config, { clock, credential }),
  };
}

/** One client a vault, for the process. Restores are one at a time, so that they hardly share the vault's limit. */
async function openingTargets(
  { vaults, local, limitShare }: Config,
  { clock, credential }: Pick<KeyVaultOptions, "clock" | "credential">,
): Promise<RestoreContext["openTarget"]> {
  const { createRestoreTarget } = await import("./azure/restore-target.ts");
  const opened = new Map<string, RestoreTarget>();
  return ({ host }) => {
    const url = vaults.find((vault) => vault.host === host)?.url;
    if (url === undefined) throw new KeyBackupError("vault-not-configured", `open vault ${host}: it is not configured`);
    const known = opened.get(host);
    if (known) return known;
    const rate = requestsPerSecond({ limitShare, vaultsOfSubscriptionAndRegion: 1 });
    const pacer = createPacer({ requestsPerSecond: rate, clock });
    const target = createRestoreTarget({ url, host, credential, pacer, clock, local: local !== undefined });
    opened.set(host, target);
    return target;
  };
}

/** The app's managed identity; at the command line whoever is signed in; in local mode a fixed token. */
async function chooseCredential({ local, clientId }: Config, use: Use): Promise<KeyVaultOptions["credential"]> {
  const { createFixedToken, createManagedIdentity, createSignedInIdentity } = await import("./azure/credential.ts");
  if (local) return createFixedToken(local.token);
  return use === "app" ? createManagedIdentity(clientId) : createSignedInIdentity();
}

/** By `{store URL}/{container}`: what tells whether this identity may create blobs there. */
export async function wireStoreProbes(config: Config, use: Use): Promise<ReadonlyMap<string, StoreProbe>> {
  const { createStoreProbe } = await import("./azure/store-probe.ts");
  const { systemClock: clock } = await import("./azure/clock.ts");
  const credential = await chooseCredential(config, use);
  const containers = config.stores.flatMap(({ url, sas }) =>
    ["daily", "monthly", "yearly", "restores"].map((name) => ({ containerUrl: `${url}/${name}`, sas })),
  );
  return new Map(
    containers.map(({ containerUrl, sas }) => [
      containerUrl,
      createStoreProbe({ containerUrl, clock, ...(sas === undefined ? { credential } : { sas }) }),
    ]),
  );
}

/** One client and one pacer a vault, for the process: a new client costs a sign-in challenge. */
async function openingVaults(
  { vaults, local }: Config,
  { clock, credential }: Pick<KeyVaultOptions, "clock" | "credential">,
): Promise<OpenVault> {
  const { createKeyVault } = await import("./azure/key-vault.ts");
  const opened = new Map<string, { setRate(rate: number): void; keyVault: KeyVault }>();
  return ({ host }, rate) => {
    const url = vaults.find((vault) => vault.host === host)?.url;
    if (url === undefined) throw new KeyBackupError("vault-not-configured", `open vault ${host}: it is not configured`);
    const known = opened.get(host);
    if (known) {
      known.setRate(rate);
      return known.keyVault;
    }
    const pacer = createPacer({ requestsPerSecond: rate, clock });
    const keyVault = createKeyVault({ url, host, credential, pacer, clock, local: local !== undefined });
    opened.set(host, { setRate: (next) => pacer.setRate(next), keyVault });
    return keyVault;
  };
}

interface OpenedStore {
  readonly store: Store;
  readonly replication: StoreConfig["replication"];
  readonly region: string;
}

function openStore(config: StoreConfig, open: (store: StoreConfig, container: string) => BackupStore): OpenedStore {
  const { url, region, replication, geography } = config;
  const containers = { daily: open(config, "daily"), monthly: open(config, "monthly"), yearly: open(config, "yearly") };
  return {
    region,
    replication,
    store: { url, region, replication, geography, containers, restores: open(config, "restores") },
  };
}

/** The vault with the store of its geography, or the reason why it is refused. */
function placeVault(vault: VaultConfig, stores: readonly OpenedStore[], config: Config): VaultInStore | VaultProblem {
  const choice = chooseStore(vault.region, stores, config.appRegion, config.regions);
  if (!("store" in choice)) return { vault: vault.name, code: choice.code, message: choice.reason };
  const warnings = choice.warnings.map((code) => ({
    code,
    message: `${vault.region} and ${choice.store.region} may be apart`,
  }));
  return { vault, store: choice.store.store, warnings };
}
