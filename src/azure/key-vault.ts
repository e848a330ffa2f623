import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import { readBackup, readLiveKey, readRotationPolicy } from "./key-vault-answers.ts";
import { absentIfNotFound, openVaultClient, type KeyVaultOptions, type VaultClient } from "./key-vault-client.ts";
import type { VaultAction } from "./key-vault-errors.ts";
import { listKeys, listVersions, type FetchPage, type Listing } from "./key-vault-listing.ts";

export type { KeyVaultOptions } from "./key-vault-client.ts";

const PAGE_SIZE = 25;

export function createKeyVault(options: KeyVaultOptions): KeyVault {
  const opened = openVaultClient(options);
  const { client, ask, words } = opened;
  const listing = listingOf(opened, options.host);

  return {
    listKeys: () => listKeys(listing),
    async listVersions(name) {
      words("list the versions of key", name);
      return listVersions(listing, name);
    },
    async getKey(name) {
      const action: VaultAction = { words: words("get key", name), kind: "get" };
      return absentIfNotFound(
        ask(
          action,
          () => client.getKey(name),
          ({ body }) => readLiveKey(body),
        ),
      );
    },
    async backupKey(name) {
      const action: VaultAction = { words: words("back up key", name), kind: "backup" };
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
      const action: VaultAction = { words: words("get the rotation policy of key", name), kind: "get" };
      const found = ask(
        action,
        () => client.getKeyRotationPolicy(name),
        ({ body }) => readRotationPolicy(body),
      );
      const policy = await absentIfNotFound(found);
      return policy !== undefined && Object.keys(policy).length > 0 ? policy : undefined;
    },
    requestCount: opened.exchange.requestCount,
  };
}

/** What listings go through, of keys and of a key's versions. */
export function listingOf({ client, exchange, ask }: VaultClient, host: string): Listing {
  const fetchPage: FetchPage = ({ name, link, action, read }) => {
    const settings = { maxPageSize: PAGE_SIZE, ...(link === undefined ? {} : { continuationToken: link }) };
    const items = name === undefined ? client.listPropertiesOfKeys() : client.listPropertiesOfKeyVersions(name);
    return ask(action, () => items.byPage(settings)[Symbol.asyncIterator]().next(), read);
  };
  return { host, fetchPage, isOwn: exchange.isOwn, tenantId: exchange.tenantId };
}
