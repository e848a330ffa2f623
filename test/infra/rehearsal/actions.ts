const keyVault = "Microsoft.KeyVault/vaults";
const blobs = "Microsoft.Storage/storageAccounts/blobServices/containers/blobs";
const queues = "Microsoft.Storage/storageAccounts/queueServices/queues";

/** The first that fits counts. Operations and their data actions: Azure's list of data actions of Key Vault. */
const vaultActions: readonly (readonly [operation: RegExp, action: string])[] = [
  [/^GET \/keys\/[^/]+\/rotationpolicy$/, "keyrotationpolicies/read"],
  [/^PUT \/keys\/[^/]+\/rotationpolicy$/, "keyrotationpolicies/write"],
  [/^POST \/keys\/[^/]+\/backup$/, "keys/backup/action"],
  [/^POST \/keys\/restore$/, "keys/restore/action"],
  [/^GET \/(deleted)?keys(\/[^/]+){0,2}$/, "keys/read"],
  [/^DELETE \/keys\/[^/]+$/, "keys/delete"],
  [/^POST \/deletedkeys\/[^/]+\/recover$/, "keys/recover/action"],
  [/^DELETE \/deletedkeys\/[^/]+$/, "keys/purge/action"],
  [/^POST \/keys\/[^/]+\/create$/, "keys/create/action"],
  [/^POST \/keys\/[^/]+(\/[^/]+)?\/sign$/, "keys/sign/action"],
  [/^POST \/keys\/[^/]+(\/[^/]+)?\/decrypt$/, "keys/decrypt/action"],
  [/^GET \/secrets$/, "secrets/readMetadata/action"],
];

/** The data action that a request to a vault needs; `undefined` for what nobody has a right to here. */
export function vaultAction(method: string, path: string): string | undefined {
  const operation = `${method} ${path.replaceAll(/\/{2,}/g, "/").replace(/(.)\/$/, "$1")}`;
  const action = vaultActions.find(([pattern]) => pattern.test(operation))?.[1];
  return action === undefined ? undefined : `${keyVault}/${action}`;
}

export interface StorageRequest {
  readonly method: string;
  /** After the host: `/container/path`. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Where a request to Blob Storage goes, below the account, and the data actions of which one suffices. */
export function blobActions(
  { method, path, query }: StorageRequest,
  exists: boolean,
): { scope: string; actions: readonly string[] } {
  const [container = "", ...blob] = path.split("/").filter((part) => part !== "");
  const scope = container === "" ? "/blobServices/default" : `/blobServices/default/containers/${container}`;
  if (container === "") return { scope, actions: ["Microsoft.Storage/storageAccounts/blobServices/read"] };
  const comp = query.get("comp");
  if (method === "GET" || method === "HEAD") {
    const ofContainer = blob.length === 0 && comp !== "list";
    return {
      scope,
      actions: [ofContainer ? "Microsoft.Storage/storageAccounts/blobServices/containers/read" : `${blobs}/read`],
    };
  }
  // "Put Blob" of a new name: add or write. Blocks, metadata, tiers, leases and overwriting: write alone.
  if (method === "PUT" && comp === null && !exists)
    return { scope, actions: [`${blobs}/add/action`, `${blobs}/write`] };
  return { scope, actions: [method === "DELETE" ? `${blobs}/delete` : `${blobs}/write`] };
}

export function queueActions({ method, path }: StorageRequest): { scope: string; actions: readonly string[] } {
  const [queue = "", messages] = path.split("/").filter((part) => part !== "");
  const verb = { GET: "read", HEAD: "read", DELETE: "delete" }[method] ?? "write";
  return {
    scope: `/queueServices/default/queues/${queue}`,
    actions: [messages === undefined ? `${queues}/${verb}` : `${queues}/messages/${verb}`],
  };
}
