import type { KeyRotationPolicyAction, KeyRotationPolicyProperties } from "@azure/keyvault-keys";
import * as z from "zod";
import type { ErrorCode } from "../errors/codes.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { RestoreTarget } from "../ports/restore-target.ts";
import { listingOf } from "./key-vault.ts";
import { readDeletedKey, readLiveKey, readRotationPolicy } from "./key-vault-answers.ts";
import { absentIfNotFound, openVaultClient, type KeyVaultOptions } from "./key-vault-client.ts";
import type { VaultAction } from "./key-vault-errors.ts";
import { listKeys, listVersions } from "./key-vault-listing.ts";

/** Keep it for the process. Its calls are made one after another: a fresh client can lose the body of a parallel one. */
export function createRestoreTarget(options: KeyVaultOptions): RestoreTarget {
  const opened = openVaultClient(options);
  const { client, ask, words } = opened;
  const listing = listingOf(opened, options.host);

  return {
    async observe() {
      for await (const { observed } of listKeys(listing)) return observed;
      return { region: undefined, tenantId: undefined };
    },
    async listVersions(name) {
      words("list the versions of key", name);
      return listVersions(listing, name);
    },
    async getKeyVersion(name, version) {
      const action: VaultAction = { words: words(`get version ${version} of key`, name), kind: "get" };
      return absentIfNotFound(
        ask(
          action,
          () => client.getKey(name, { version }),
          ({ body }) => readLiveKey(body),
        ),
      );
    },
    async findDeletedKey(name) {
      const action: VaultAction = { words: words("look for the deleted key", name), kind: "get" };
      return absentIfNotFound(
        ask(
          action,
          () => client.getDeletedKey(name),
          ({ body }) => readDeletedKey(body),
        ),
      );
    },
    async restoreKey(name, bytes) {
      const action: VaultAction = { words: words("restore key", name), kind: "restore" };
      return withRestoreHints(
        ask(
          action,
          () => client.restoreKeyBackup(bytes),
          ({ body }) => readLiveKey(body),
        ),
        "Assign a role with keys/read and keys/restore/action on the vault to whoever restores (access policy: get, list, restore).",
      );
    },
    async setRotationPolicy(name, policy) {
      const action: VaultAction = { words: words("set the rotation policy of key", name), kind: "update" };
      const properties = toProperties(policy, action);
      await withRestoreHints(
        ask(
          action,
          () => client.updateKeyRotationPolicy(name, properties),
          ({ body }) => readRotationPolicy(body),
        ),
        "Assign a role with keyrotationpolicies/write on the vault (access policy: setrotationpolicy), or set the policy by hand.",
      );
    },
    requestCount: opened.exchange.requestCount,
  };
}

const rightsMissing: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["vault-forbidden-rbac", "vault-forbidden-policy"]);

/** The general hint names the rights of a backup. */
async function withRestoreHints<T>(call: Promise<T>, hint: string): Promise<T> {
  try {
    return await call;
  } catch (error) {
    if (!(error instanceof KeyBackupError) || !rightsMissing.has(error.code)) throw error;
    const { code, message, status, cause } = error;
    throw new KeyBackupError(code, message, { hint, cause, ...(status === undefined ? {} : { status }) });
  }
}

const recordedPolicy = z.object({
  lifetimeActions: z
    .array(
      z.object({
        trigger: z.object({ timeAfterCreate: z.string().nullish(), timeBeforeExpiry: z.string().nullish() }).nullish(),
        action: z.object({ type: z.string() }),
      }),
    )
    .default([]),
  attributes: z.object({ expiryTime: z.string().nullish() }).nullish(),
});

/** From the form in which a backup records it, which is the service's, to that of the SDK. */
function toProperties(policy: unknown, { words }: VaultAction): KeyRotationPolicyProperties {
  const { data } = recordedPolicy.safeParse(policy);
  if (data === undefined) throw new KeyBackupError("bad-request", `${words}: what is recorded is no rotation policy`);
  const expiresIn = data.attributes?.expiryTime;
  return {
    lifetimeActions: data.lifetimeActions.map(({ trigger, action }) => ({
      action: capitalized(action.type),
      ...(trigger?.timeAfterCreate ? { timeAfterCreate: trigger.timeAfterCreate } : {}),
      ...(trigger?.timeBeforeExpiry ? { timeBeforeExpiry: trigger.timeBeforeExpiry } : {}),
    })),
    ...(expiresIn ? { expiresIn } : {}),
  };
}

/** `notify` and `Notify` were both seen in answers of the service. */
const capitalized = (type: string): KeyRotationPolicyAction => (type.toLowerCase() === "notify" ? "Notify" : "Rotate");
