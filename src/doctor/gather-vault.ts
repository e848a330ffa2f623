import { randomBytes } from "node:crypto";
import type { Vault } from "../catalog/store.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import type { Probe, VaultFacts } from "./facts.ts";

/** Sends bytes to Restore Key; what it throws is the answer. */
export type SendToRestore = (vault: Vault, bytes: Uint8Array) => Promise<void>;

/** Reads what a vault answers. Rights are asked for with a key that can't exist, so that no key is backed up. */
export async function gatherVault(
  vault: Vault,
  keyVault: KeyVault,
  sendToRestore: SendToRestore | undefined,
): Promise<VaultFacts> {
  const nowhere = `key-backup-doctor-${randomBytes(8).toString("hex")}`;
  const listing = await readFirstPage(keyVault);
  if (listing.list !== "permitted" && !listing.list.code.startsWith("vault-forbidden")) {
    const error = listing.list;
    return {
      vault,
      ...listing,
      get: error,
      rotationPolicy: error,
      backup: error,
      ...(sendToRestore && { restore: error }),
    };
  }
  // Key Vault judges rights before it looks for the key: 404 tells that the right is there, 403 that it is not.
  const [get, rotationPolicy, backup] = await Promise.all([
    probe(async () => keyVault.getKey(nowhere), "key-not-found"),
    probe(async () => keyVault.getRotationPolicy(nowhere), "key-not-found"),
    probe(async () => keyVault.backupKey(nowhere), "key-not-found"),
  ]);
  const restore = sendToRestore && (await probe(async () => sendToRestore(vault, malformed), "backup-malformed"));
  return { vault, ...listing, get, rotationPolicy, backup, ...(restore && { restore }) };
}

/** No backup of a key, to any reader of the format: it can't restore anything. */
const malformed = Buffer.from("key-backup doctor: deliberately not a backup");

async function readFirstPage(
  keyVault: KeyVault,
): Promise<Pick<VaultFacts, "list" | "keysSeen" | "region" | "tenantId">> {
  const nothing = { keysSeen: 0, region: undefined, tenantId: undefined };
  try {
    for await (const { keys, observed } of keyVault.listKeys())
      return { list: "permitted", keysSeen: keys.length, ...observed };
    return { ...nothing, list: "permitted" };
  } catch (error) {
    if (error instanceof KeyBackupError) return { ...nothing, list: error };
    throw error;
  }
}

/** `permitted` when the call succeeds, or is refused as a permitted one would be. */
async function probe(call: () => Promise<unknown>, asIfPermitted: ErrorCode): Promise<Probe> {
  try {
    await call();
    return "permitted";
  } catch (error) {
    if (!(error instanceof KeyBackupError)) throw error;
    return error.code === asIfPermitted ? "permitted" : error;
  }
}
