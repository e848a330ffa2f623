import { KeyClient } from "@azure/keyvault-keys";
import type { TokenCredential } from "@azure/identity";
import { KeyBackupError, toKeyBackupError } from "../errors/key-backup-error.ts";
import type { Pacer } from "../pacing/pacer.ts";
import type { Clock } from "../ports/clock.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import { bounded } from "./credential.ts";
import { KEY_NAME, readBackup, readLiveKey, readRotationPolicy } from "./key-vault-answers.ts";
import type { VaultAction } from "./key-vault-errors.ts";
import { createExchange, type RawAnswer } from "./key-vault-exchange.ts";
import { listKeys, listVersions, type FetchPage } from "./key-vault-listing.ts";
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
  /** Backup Key takes longer the more versions a key has. */
  readonly backupLimitInMs?: number;
}

const PAGE_SIZE = 25;

/** Keep it for the process: each new client costs a sign-in challenge. */
export function createKeyVault(options: KeyVaultOptions): KeyVault {
  const { url, host, clock, random, local, callLimitInMs = 30_000, backupLimitInMs = 60_000 } = options;
  const exchange = createExchange(options);
  const client = new KeyClient(url, bounded(options.credential), {
    additionalPolicies: [{ policy: exchange.policy, position: "perRetry" }],
    retryOptions: { maxRetries: 0 },
    redirectOptions: { maxRetries: 0 },
    ...(local ? { disableChallengeResourceVerification: true, allowInsecureConnection: true } : {}),
  });

  /** Sends until it is answered well and `read` makes something of the answer. */
  function ask<T>(
    action: VaultAction,
    send: () => Promise<unknown>,
    read: (answer: RawAnswer) => T | undefined,
  ): Promise<T> {
    const limitInMs = action.kind === "backup" ? backupLimitInMs : callLimitInMs;
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
  }

  const fetchPage: FetchPage = ({ name, link, action, read }) => {
    const settings = { maxPageSize: PAGE_SIZE, ...(link === undefined ? {} : { continuationToken: link }) };
    const items = name === undefined ? client.listPropertiesOfKeys() : client.listPropertiesOfKeyVersions(name);
    return ask(action, () => items.byPage(settings)[Symbol.asyncIterator]().next(), read);
  };
  const listing = { host, fetchPage, isOwn: exchange.isOwn, tenantId: exchange.tenantId };

  return {
    listKeys: () => listKeys(listing),
    listVersions: async (name) => listVersions(listing, checked(name, host)),
    async getKey(name) {
      const action: VaultAction = { words: `get key "${checked(name, host)}" of ${host}`, kind: "get" };
      return absentIfNotFound(
        ask(
          action,
          () => client.getKey(name),
          ({ body }) => readLiveKey(body),
        ),
      );
    },
    async backupKey(name) {
      const action: VaultAction = { words: `back up key "${checked(name, host)}" of ${host}`, kind: "backup" };
      return ask(
        action,
        () => client.backupKey(name),
        ({ body }) => {
          const bytes = readBackup(body);
          if (bytes?.byteLength !== 0) return bytes;
          throw new KeyBackupError("key-backup-empty", `${action.words}: 200 without a backup`, { status: 200 });
        },
      );
    },
    async getRotationPolicy(name) {
      const action: VaultAction = {
        words: `get the rotation policy of key "${checked(name, host)}" of ${host}`,
        kind: "get",
      };
      const found = ask(
        action,
        () => client.getKeyRotationPolicy(name),
        ({ body }) => readRotationPolicy(body),
      );
      const policy = await absentIfNotFound(found);
      return policy !== undefined && Object.keys(policy).length > 0 ? policy : undefined;
    },
    requestCount: exchange.requestCount,
  };
}

/** A name becomes a part of an address only if it can be a key's. */
function checked(name: string, host: string): string {
  if (KEY_NAME.test(name)) return name;
  throw new KeyBackupError("bad-request", `name a key of ${host}: a name is 1 to 127 letters, digits and dashes`);
}

async function absentIfNotFound<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof KeyBackupError && error.code === "key-not-found") return undefined;
    throw error;
  }
}
