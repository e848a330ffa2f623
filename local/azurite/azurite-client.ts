import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  BlobServiceClient,
  generateAccountSASQueryParameters,
  SASProtocol,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { accountKey, defaultAccount } from "./accounts.ts";

export interface AzuriteAddresses {
  /** `http://127.0.0.1:port`, without an account. */
  readonly blobUrl: string;
  readonly queueUrl: string;
  readonly accounts: readonly string[];
}

/** What a test or the demo does around the app: what `infra/` and the platform do in Azure. */
export interface AzuriteClient extends AzuriteAddresses {
  /** `http://127.0.0.1:port/devstoreaccount1`: the blob service of an account. */
  accountUrl(account?: string): string;
  /** With the account key, for `AzureWebJobsStorage`. */
  connectionString(account?: string): string;
  /** The stand-in for what `infra/` makes. A container that exists is left as it is. */
  createContainers(names: readonly string[], account?: string): Promise<void>;
  /** A query string without `?`, valid for a day: read, create and list; no overwrite, no delete. */
  createOnlySas(account?: string): string;
  /** What the platform's lifecycle rule does; the app itself has no right to. */
  deleteBlob(container: string, path: string, account?: string): Promise<void>;
}

const dayInMs = 24 * 60 * 60 * 1000;

export function azuriteAt(addresses: AzuriteAddresses): AzuriteClient {
  const { blobUrl, queueUrl, accounts } = addresses;

  const credentialOf = (account: string): StorageSharedKeyCredential => {
    if (!accounts.includes(account)) {
      throw new Error(`Azurite has no account ${account}: it has ${accounts.join(", ")}`);
    }
    return new StorageSharedKeyCredential(account, accountKey);
  };
  const accountUrl = (account = defaultAccount): string => {
    credentialOf(account);
    return `${blobUrl}/${account}`;
  };
  const owner = (account = defaultAccount): BlobServiceClient =>
    new BlobServiceClient(accountUrl(account), credentialOf(account));

  return {
    ...addresses,
    accountUrl,
    connectionString: (account = defaultAccount) =>
      [
        "DefaultEndpointsProtocol=http",
        `AccountName=${account}`,
        `AccountKey=${accountKey}`,
        `BlobEndpoint=${accountUrl(account)}`,
        `QueueEndpoint=${queueUrl}/${account}`,
      ].join(";") + ";",
    createContainers: async (names, account) => {
      await Promise.all(names.map((name) => owner(account).getContainerClient(name).createIfNotExists()));
    },
    createOnlySas: (account = defaultAccount) =>
      generateAccountSASQueryParameters(
        {
          services: AccountSASServices.parse("b").toString(),
          resourceTypes: AccountSASResourceTypes.parse("co").toString(),
          permissions: AccountSASPermissions.parse("rcl"),
          protocol: SASProtocol.HttpsAndHttp,
          startsOn: new Date(Date.now() - dayInMs),
          expiresOn: new Date(Date.now() + dayInMs),
        },
        credentialOf(account),
      ).toString(),
    deleteBlob: async (container, path, account) => {
      await owner(account).getContainerClient(container).deleteBlob(path);
    },
  };
}
