import { fact, type CodeFacts } from "./code-facts.ts";
import { restoreCodes } from "./restore-codes.ts";

/** The closed set of ways in which the program can fail. */
export const errorCodes = {
  // What the operator or a caller gave us.
  "bad-configuration": fact(503, 2, "Correct the settings that are named, then restart the app."),
  "bad-request": fact(400, 2, "Correct the fields that are named and send the request again."),
  "not-signed-in": fact(401, 2, "Sign in with Microsoft Entra ID, or send the function key."),
  "role-missing": fact(403, 4, "Ask an administrator of the app registration to assign the app role that is named."),
  "run-not-found": fact(404, 1, "List the runs (GET /api/runs) and use an id from there."),
  "vault-not-configured": fact(404, 2, "Add the vault to KEY_BACKUP_VAULTS, or correct its name."),

  // The geography rule.
  "region-unknown": fact(
    422,
    4,
    "Correct the region's name; if Azure has opened it recently, add it with KEY_BACKUP_EXTRA_REGIONS.",
  ),
  "cloud-differs": fact(422, 4, "Use a store in the cloud that the vault is in."),
  "geography-differs": fact(422, 4, "Use a store and an app in the geography that the vault is in."),
  "no-store-in-geography": fact(
    422,
    4,
    "Add a store (KEY_BACKUP_STORES) in the vault's geography: a backup never leaves it.",
  ),
  "replication-leaves-geography": fact(
    422,
    4,
    "Use LRS or ZRS there: the paired region that this replication copies to lies in another geography.",
  ),
  "observed-region-differs": fact(
    422,
    4,
    "The vault answers from another geography than the configuration says: correct its region in KEY_BACKUP_VAULTS.",
  ),
  "observed-region-unverified": fact(
    422,
    4,
    "The vault does not say where it is, or answers from another region. Set KEY_BACKUP_OBSERVED_REGION=warn to accept that.",
  ),

  // Key Vault as a whole.
  "credential-unavailable": fact(
    503,
    1,
    "Check the managed identity of the app (AZURE_CLIENT_ID) or sign in (az login).",
  ),
  "vault-unreachable": fact(
    502,
    1,
    "Check the vault's name, its DNS record and the private endpoint or network route to it.",
  ),
  "vault-timeout": fact(
    504,
    1,
    "The vault did not answer in time. It is tried again; if it lasts, check the network route.",
  ),
  "vault-unavailable": fact(502, 1, "Key Vault has trouble. It is tried again; if it lasts, see Azure service health."),
  "vault-throttled": fact(
    503,
    1,
    "The vault is used at its limit. Lower KEY_BACKUP_LIMIT_SHARE, or move the schedule to a quieter hour.",
  ),
  "vault-unauthorized": fact(
    502,
    1,
    "The vault does not accept the token. Check that the identity and the vault are in the same tenant.",
  ),
  "vault-forbidden-rbac": fact(
    502,
    1,
    "Assign the backup role (keys/read, keys/backup/action) on the vault to the app's identity; a new assignment takes minutes.",
  ),
  "vault-forbidden-policy": fact(
    502,
    1,
    "Give the app's identity the key permissions list, get and backup in the vault's access policy.",
  ),
  "vault-forbidden-firewall": fact(
    502,
    1,
    "Allow the app's subnet or address in the vault's firewall; Azure Functions is not one of its trusted services.",
  ),
  "vault-forbidden-connection": fact(
    502,
    1,
    "The vault takes private connections only: give the app a virtual network with a private endpoint to the vault.",
  ),
  "vault-forbidden": fact(502, 1, "Key Vault refused without a reason we know: read its message."),
  "vault-bad-answer": fact(
    502,
    1,
    "What answered did not speak Key Vault's language: look for a proxy or a gateway between the app and the vault.",
  ),
  "vault-bad-request": fact(502, 1, "Key Vault did not accept the request: read its message."),

  // One key.
  "key-not-found": fact(404, 1, "The key is no longer in the vault. If it was deleted, it may be recoverable there."),
  "key-managed-by-certificate": fact(
    422,
    4,
    "The key belongs to a certificate and can't be backed up by itself: back up the certificate of that name.",
  ),
  "key-disabled": fact(
    502,
    1,
    "Key Vault refused because the key is disabled: enable it for the backup, or accept the gap.",
  ),
  "key-operation-forbidden": fact(502, 1, "Key Vault does not permit the operation on this key: read its message."),
  "key-backup-timeout": fact(
    504,
    1,
    "Backing up this key took too long, which happens to keys with very many versions: see how many it has.",
  ),
  "key-too-many-versions": fact(
    422,
    1,
    "Key Vault can't back up a key with more than 500 versions: create a new key and move what uses this one.",
  ),
  "key-backup-empty": fact(502, 1, "Key Vault answered without a backup. It is tried again in the next run."),
  "key-name-taken": fact(409, 4, "Restore to another vault of the geography, or delete and purge the key there first."),
  "key-soft-deleted": fact(409, 4, "Recover the deleted key instead; or purge it first, where that is allowed."),
  "backup-malformed": fact(422, 1, "The bytes are not a backup of a key: compare their SHA-256 with the manifest's."),
  "backup-not-decryptable": fact(
    422,
    4,
    "The vault can't open this backup: it must be in the subscription and the geography that the backup was taken in.",
  ),

  // The store.
  "store-unreachable": fact(502, 1, "Check the store's URL, its DNS record and the network route to it."),
  "store-timeout": fact(
    504,
    1,
    "The store did not answer in time. It is tried again; if it lasts, check the network route.",
  ),
  "store-unavailable": fact(502, 1, "The storage account has trouble. It is tried again; see Azure service health."),
  "store-forbidden": fact(
    502,
    1,
    "Assign the create-only blob role (blobs/add/action, blobs/read) on the containers, and check the account's firewall.",
  ),
  "store-container-missing": fact(
    502,
    1,
    "Create the container that is named: infra/ makes daily, monthly, yearly and restores.",
  ),
  "store-bad-answer": fact(
    502,
    1,
    "What answered is not Blob Storage: look for a proxy between the app and the store.",
  ),
  "store-bad-request": fact(502, 1, "Blob Storage did not accept the request: read its message."),
  "store-bad-facts": fact(
    500,
    1,
    "Blob metadata must be ASCII, lower case in its names and 4 KB in all: report this fault.",
  ),
  "backup-missing": fact(404, 1, "The stored backup is gone: use another recovery point, and find out who removed it."),
  "backup-damaged": fact(
    409,
    4,
    "The stored bytes differ from what the manifest recorded: use another recovery point.",
  ),
  "manifest-damaged": fact(
    409,
    1,
    "The manifest is truncated or altered: use another recovery point, and find out why.",
  ),
  "manifest-version-unknown": fact(
    409,
    1,
    "The manifest was written by a newer version of this program: use that version.",
  ),

  ...restoreCodes,

  // A run.
  "plan-missing": fact(404, 1, "The run has no plan in any store: start a new run (POST /api/backups)."),
  "bad-message": fact(
    400,
    1,
    "Something else writes to the queue of this app: only this app's identity should be able to.",
  ),
  "no-progress": fact(502, 1, "Three time slices passed without one key backed up: read the warnings of those slices."),
  "not-tried": fact(502, 1, "Not tried, because too many keys before it failed for the same cause: remove that cause."),
  "run-abandoned": fact(
    502,
    1,
    "Five deliveries failed and the run was given up: read the error, then start a new run.",
  ),
  "keys-gone": fact(
    409,
    3,
    "Many keys left the vault at once: find out who deleted them, and recover them there first.",
  ),
  internal: fact(500, 1, "This is a fault of the program: report it with the log lines around it."),
} as const satisfies Record<string, CodeFacts>;

export type ErrorCode = keyof typeof errorCodes;
