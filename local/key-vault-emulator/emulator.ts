import { type EmulatorConfig, emulatorConfigSchema } from "./config.ts";
import { type EmulatedVault, handleOf, seed } from "./emulated-vault.ts";
import { KeyPool } from "./key-pool.ts";
import { listen } from "./listen.ts";
import { seededRandom } from "./random.ts";
import { makeVaultApp } from "./vault-app.ts";
import { type Shared, VaultState } from "./vault-state.ts";

export type { EmulatorConfig, KeySeed, VaultSeed } from "./config.ts";
export type { EmulatedVault } from "./emulated-vault.ts";
export type { FaultRule } from "./fault-rule.ts";

export interface KeyVaultEmulator {
  readonly vaults: readonly EmulatedVault[];
  /** @throws when there is none of that name. */
  vault(name: string): EmulatedVault;
  close(): Promise<void>;
}

/** Key Vault's REST interface for keys, on one loopback port per vault. @throws ZodError naming every problem of the configuration. */
export async function startKeyVaultEmulator(config: EmulatorConfig): Promise<KeyVaultEmulator> {
  const settings = emulatorConfigSchema.parse(config);
  const shared: Shared = {
    settings,
    pool: new KeyPool(settings.seed),
    random: seededRandom(settings.seed),
    markers: new Set(),
    ceilings: new Map(),
  };
  const states = settings.vaults.map((vault) => new VaultState(vault, shared));
  for (const [index, state] of states.entries()) seed(state, config.vaults[index]?.keys ?? []);
  const listeners = await Promise.all(states.map((state) => listen(makeVaultApp(state))));
  const vaults = states.map((state, index) => {
    state.url = listeners[index]?.url ?? "";
    return handleOf(state);
  });
  return {
    vaults,
    vault(name) {
      const found = vaults.find((vault) => vault.name.toLowerCase() === name.toLowerCase());
      if (found === undefined) throw new Error(`the emulator has no vault ${name}`);
      return found;
    },
    close: async () => void (await Promise.all(listeners.map((listener) => listener.close()))),
  };
}
