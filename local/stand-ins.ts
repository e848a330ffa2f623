import { startAzurite, type Azurite } from "./azurite/azurite.ts";
import type { EmulatorConfig, VaultSeed } from "./key-vault-emulator/config.ts";
import { startKeyVaultEmulator, type KeyVaultEmulator } from "./key-vault-emulator/emulator.ts";

export interface StandInStore {
  /** 3 to 24 lower-case letters and digits. */
  readonly account: string;
  readonly region: string;
  readonly replication: string;
}

/** A vault, and the region that the app's configuration claims for it: its own unless said otherwise. */
export type StandInVault = VaultSeed & { readonly configuredRegion?: string };

export interface StandInOptions {
  readonly vaults: readonly StandInVault[];
  readonly stores: readonly StandInStore[];
  readonly emulator?: Omit<EmulatorConfig, "vaults">;
  /** One that runs already and has the stores' accounts; closed with the rest. In memory when absent. */
  readonly azurite?: Azurite;
}

/** Azure on this machine: Azurite with an account a geography, and a Key Vault emulator. */
export interface StandIns {
  readonly azurite: Azurite;
  readonly emulator: KeyVaultEmulator;
  /** The app's settings, in local mode. Its store signature can read, create and list; it can't overwrite or delete. */
  env(overrides?: Readonly<Record<string, string>>): Record<string, string>;
  close(): Promise<void>;
}

const containers = ["daily", "monthly", "yearly", "restores"];
const token = "local-token";

export async function startStandIns({
  vaults,
  stores,
  emulator: options,
  ...given
}: StandInOptions): Promise<StandIns> {
  const azurite = given.azurite ?? (await startAzurite({ accounts: stores.map(({ account }) => account) }));
  const seeds = vaults.map(({ configuredRegion: _configured, ...seed }) => seed);
  const emulator = await startKeyVaultEmulator({ token, ...options, vaults: seeds });
  for (const { account } of stores) await azurite.createContainers(containers, account);
  return {
    azurite,
    emulator,
    env: (overrides) => ({
      AzureWebJobsStorage: azurite.connectionString(),
      KEY_BACKUP_LOCAL: "on",
      KEY_BACKUP_LOCAL_TOKEN: token,
      KEY_BACKUP_ROLE: "backup",
      KEY_BACKUP_SCHEDULE: "0 0 2 * * *",
      KEY_BACKUP_VAULTS: JSON.stringify(vaults.map((vault) => configureVault(vault, emulator))),
      KEY_BACKUP_STORES: JSON.stringify(stores.map((store) => configureStore(store, azurite))),
      // The real host looks for messages less often, and gives failed ones back later.
      AzureFunctionsJobHost__extensions__queues__maxPollingInterval: "00:00:00.200",
      AzureFunctionsJobHost__extensions__queues__visibilityTimeout: "00:00:02",
      ...overrides,
    }),
    async close() {
      await emulator.close();
      await azurite.close();
    },
  };
}

function configureVault({ name, region, configuredRegion }: StandInVault, emulator: KeyVaultEmulator): object {
  const { url, resourceId } = emulator.vault(name);
  return { name, url, resourceId, region: configuredRegion ?? region };
}

function configureStore({ account, region, replication }: StandInStore, azurite: Azurite): object {
  return { url: `${azurite.accountUrl(account)}?${azurite.createOnlySas(account)}`, region, replication };
}
