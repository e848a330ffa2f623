import { KeyClient, type KeyClientOptions } from "@azure/keyvault-keys";
import { onTestFinished } from "vitest";
import type { EmulatorConfig, KeySeed, KeyVaultEmulator, VaultSeed } from "../../local/key-vault-emulator/emulator.ts";
import { startKeyVaultEmulator } from "../../local/key-vault-emulator/emulator.ts";

/** Closed when the test ends. */
export async function emulatorWith(config: EmulatorConfig): Promise<KeyVaultEmulator> {
  const emulator = await startKeyVaultEmulator(config);
  onTestFinished(() => emulator.close());
  return emulator;
}

type OneVault = Omit<EmulatorConfig, "vaults"> &
  Partial<Pick<VaultSeed, "region" | "sku" | "subscriptionId" | "permissions" | "purgeProtection">>;

/** One vault, `kv-one` in West Europe, and a client of it. */
export async function oneVault(keys: KeySeed[], options: OneVault = {}) {
  const { region = "westeurope", sku, subscriptionId, permissions, purgeProtection, ...config } = options;
  const vault = { name: "kv-one", region, sku, subscriptionId, permissions, purgeProtection, keys };
  const emulator = await emulatorWith({ ...config, vaults: [vault] });
  return { vault: emulator.vault("kv-one"), client: clientFor(emulator.vault("kv-one").url) };
}

export function clientFor(vaultUrl: string, token = "local", options: KeyClientOptions = {}): KeyClient {
  const credential = { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
  return new KeyClient(vaultUrl, credential, {
    disableChallengeResourceVerification: true,
    allowInsecureConnection: true,
    retryOptions: { maxRetries: 0 },
    ...options,
  });
}

export async function collect<Item>(items: AsyncIterable<Item>): Promise<Item[]> {
  const all: Item[] = [];
  for await (const item of items) all.push(item);
  return all;
}

interface RawCall {
  readonly method?: string;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A call as the wire has it, with a bearer token. */
export function send(vaultUrl: string, path: string, call: RawCall = {}): Promise<Response> {
  const headers = { authorization: "Bearer local", ...call.headers };
  return fetch(vaultUrl + path, { signal: AbortSignal.timeout(10_000), ...call, headers });
}

export async function backupOf(client: KeyClient, name: string): Promise<Buffer> {
  const bytes = await client.backupKey(name);
  if (bytes === undefined) throw new Error("no backup");
  return Buffer.from(bytes);
}
