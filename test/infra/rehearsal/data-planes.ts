import type { IncomingMessage, ServerResponse } from "node:http";
import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { accountKey } from "../../../local/azurite/accounts.ts";
import type { Azurite } from "../../../local/azurite/azurite.ts";
import type { KeyVaultEmulator } from "../../../local/key-vault-emulator/emulator.ts";
import { blobActions, queueActions, vaultAction } from "./actions.ts";
import type { Deployed } from "./deployed.ts";
import { forward, type Handler } from "./gateway.ts";
import type { Rights } from "./rights.ts";
import { audiences, type TokenIssuer } from "./tokens.ts";

export interface DataPlaneOptions {
  readonly deployed: Deployed;
  readonly rights: Rights;
  readonly issuer: TokenIssuer;
  readonly emulator: KeyVaultEmulator;
  /** The emulator's own bearer token: rights are checked before it. */
  readonly emulatorToken: string;
  readonly azurite: Azurite;
}

/** Key Vault with its real host name: who may do what comes from the deployed roles, what is done from the emulator. */
export function vaultPlane({ deployed, rights, issuer, emulator, emulatorToken }: DataPlaneOptions): Handler {
  return async (request, response, host) => {
    const vault = deployed.vaults.find(({ name }) => host === `${name.toLowerCase()}.vault.azure.net`);
    if (vault === undefined) throw new Error(`no vault ${host}`);
    const { url } = emulator.vault(vault.name);
    const { authorization, ...headers } = request.headers;
    const rewrite = (text: string): string => text.replaceAll(url, `https://${host}`);
    const to = `${url}${request.url ?? ""}`;
    // Without a token the vault answers where to get one; the SDK asks it so at first.
    if (authorization === undefined) return forward(request, response, { to, headers: { ...headers, host }, rewrite });
    const caller = await issuer.verify(authorization, audiences.vault);
    if (caller === undefined) return refuse(response, 401, "Unauthorized", "AKV10022: Invalid audience.");
    const action = vaultAction(request.method ?? "", new URL(request.url ?? "/", `https://${host}`).pathname);
    const scope = `/subscriptions/${vault.subscriptionId}/resourceGroups/${vault.resourceGroup}/providers/Microsoft.KeyVault/vaults/${vault.name}`;
    if (!rights.check(caller.oid, [action ?? `${request.method} ${request.url}`], scope)) {
      return refuse(
        response,
        403,
        "Forbidden",
        `Caller is not authorized to perform action on resource.\r\nAction: '${action ?? "unknown"}'`,
      );
    }
    return forward(request, response, {
      to,
      headers: { ...headers, authorization: `Bearer ${emulatorToken}` },
      rewrite,
    });
  };
}

function refuse(response: ServerResponse, status: 401 | 403, code: string, message: string): void {
  const innererror = status === 403 ? { innererror: { code: "ForbiddenByRbac" } } : {};
  response
    .writeHead(status, { "content-type": "application/json" })
    .end(JSON.stringify({ error: { code, message, ...innererror } }));
}

/** Blob Storage and queues with their real host names: rights from the deployed roles, what is done from Azurite. */
export function storagePlane({ deployed, rights, issuer, azurite }: DataPlaneOptions): Handler {
  return async (request, response, host) => {
    const [name = "", service] = host.split(".");
    const account = name.replace(/-secondary$/, "");
    const id = deployed.accounts.get(account);
    if (id === undefined) throw new Error(`no account ${account}`);
    const caller = await issuer.verify(request.headers.authorization, audiences.storage);
    if (caller === undefined) return refuseStorage(response, 401, "InvalidAuthenticationInfo");
    const url = new URL(request.url ?? "/", `https://${host}`);
    const to = `${service === "blob" ? azurite.blobUrl : azurite.queueUrl}/${name}${withSignature(url, account)}`;
    const asked = { method: request.method ?? "", path: url.pathname, query: url.searchParams };
    const exists = service === "blob" && asked.method === "PUT" && (await fetch(to, { method: "HEAD" })).ok;
    const { scope, actions } = service === "blob" ? blobActions(asked, exists) : queueActions(asked);
    if (!rights.check(caller.oid, actions, `${id}${scope}`))
      return refuseStorage(response, 403, "AuthorizationPermissionMismatch");
    return forward(request, response, { to, headers: withoutAuthorization(request) });
  };
}

function refuseStorage(response: ServerResponse, status: 401 | 403, code: string): void {
  const text = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>This request is not authorized.</Message></Error>`;
  response
    .writeHead(status, { "content-type": "application/xml", "x-ms-error-code": code, "x-ms-request-id": "rehearsal" })
    .end(text);
}

function withoutAuthorization({ headers }: IncomingMessage): IncomingMessage["headers"] {
  const { authorization: _token, host: _host, ...kept } = headers;
  return kept;
}

const dayInMs = 24 * 60 * 60 * 1000;

/** Everything is allowed to who comes through here: the rights were checked before. */
function withSignature({ pathname, search }: URL, account: string): string {
  const signature = generateAccountSASQueryParameters(
    {
      services: AccountSASServices.parse("bq").toString(),
      resourceTypes: AccountSASResourceTypes.parse("sco").toString(),
      permissions: AccountSASPermissions.parse("rwdlacup"),
      startsOn: new Date(Date.now() - dayInMs),
      expiresOn: new Date(Date.now() + dayInMs),
    },
    new StorageSharedKeyCredential(account, accountKey),
  ).toString();
  return `${pathname}${search === "" ? "?" : `${search}&`}${signature}`;
}
