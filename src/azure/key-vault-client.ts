import { KeyClient } from "@azure/keyvault-keys";
import type { TokenCredential } from "@azure/identity";
import { KeyBackupError, toKeyBackupError } from "../errors/key-backup-error.ts";
import type { Pacer } from "../pacing/pacer.ts";
import type { Clock } from "../ports/clock.ts";
import { bounded } from "./credential.ts";
import { KEY_NAME } from "./key-vault-answers.ts";
import type { VaultAction } from "./key-vault-errors.ts";
import { createExchange, type Exchange, type RawAnswer } from "./key-vault-exchange.ts";
import { withRetry } from "./retry.ts";

export interface KeyVaultOptions {
  readonly url: string;
  /** How messages name the vault. */
  readonly host: string;
  readonly credential: TokenCredential;
  /** Shared by everything that calls this vault. */
  readonly pacer: Pacer;
  readonly clock: Clock;
  /** Allows plain HTTP and a host that is no Key Vault's: the emulator. */
  readonly local: boolean;
  readonly random?: () => number;
  readonly callLimitInMs?: number;
  /** Backup Key and Restore Key take longer the more versions a key has. */
  readonly backupLimitInMs?: number;
}

export interface VaultClient {
  readonly client: KeyClient;
  readonly exchange: Exchange;
  /** Sends until it is answered well and `read` makes something of the answer. */
  readonly ask: <T>(
    action: VaultAction,
    send: () => Promise<unknown>,
    read: (answer: RawAnswer) => T | undefined,
  ) => Promise<T>;
  /** `get key "k" of contoso.vault.azure.net`. A name becomes a part of an address only if it can be a key's. */
  readonly words: (action: string, name: string) => string;
}

/** Keep it for the process: each new client costs a sign-in challenge. */
export function openVaultClient(options: KeyVaultOptions): VaultClient {
  const { url, host, clock, random, local, callLimitInMs = 30_000, backupLimitInMs = 60_000 } = options;
  const exchange = createExchange(options);
  const client = new KeyClient(url, bounded(options.credential), {
    additionalPolicies: [{ policy: exchange.policy, position: "perRetry" }],
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    ...(local ? { disableChallengeResourceVerification: true, allowInsecureConnection: true } : {}),
  });
  return {
    client,
    exchange,
    ask(action, send, read) {
      const limitInMs = action.kind === "backup" || action.kind === "restore" ? backupLimitInMs : callLimitInMs;
      const attempt = async () => {
        const answer = await exchange.answerOf(action, limitInMs, send);
        const value = read(answer);
        if (value !== undefined) return value;
        throw new KeyBackupError("vault-bad-answer", `${action.words}: 200 with a body that can't be read`, {
          status: 200,
        });
      };
      return withRetry(attempt, {
        clock,
        random,
        translate: (thrown) => toKeyBackupError(thrown, action.words),
        waitsElsewhere: ({ code }) => code === "vault-throttled",
      });
    },
    words(action, name) {
      if (KEY_NAME.test(name)) return `${action} "${name}" of ${host}`;
      throw new KeyBackupError("bad-request", `name a key of ${host}: a name is 1 to 127 letters, digits and dashes`);
    },
  };
}

export async function absentIfNotFound<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof KeyBackupError && error.code === "key-not-found") return undefined;
    throw error;
  }
}
