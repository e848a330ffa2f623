import { createServer } from "node:http";
import { randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import { listenOn, type Listener } from "../../../local/key-vault-emulator/listen.ts";

/** Whom a token may be made for, by the service that takes it: the SDKs write storage with and without its last slash. */
export const audiences = {
  vault: ["https://vault.azure.net"],
  storage: ["https://storage.azure.com/", "https://storage.azure.com"],
} as const;

/** Who a token speaks for. */
export interface Caller {
  /** Object id in Entra: what roles are assigned to. */
  readonly oid: string;
  readonly roles: readonly string[];
}

/** Stands for Entra: hands out tokens that only it can have made. */
export interface TokenIssuer {
  issue(audience: string, caller: Caller): Promise<string>;
  /** `undefined` when the header bears no token of this issuer for one of the accepted audiences. */
  verify(authorization: string | undefined, accepted: readonly string[]): Promise<Caller | undefined>;
}

export function createTokenIssuer(): TokenIssuer {
  const secret = Buffer.from(randomUUID());
  return {
    issue: (audience, { oid, roles }) =>
      new SignJWT({ oid, roles })
        .setProtectedHeader({ alg: "HS256" })
        .setAudience(audience)
        .setExpirationTime("1h")
        .sign(secret),
    async verify(authorization, accepted) {
      const token = /^Bearer (\S+)$/i.exec(authorization ?? "")?.[1];
      if (token === undefined) return undefined;
      try {
        const { payload } = await jwtVerify<{ oid: string; roles: string[] }>(token, secret, {
          audience: [...accepted],
        });
        return { oid: payload.oid, roles: payload.roles };
      } catch {
        // Forged, expired, or for somebody else: no caller.
        return undefined;
      }
    },
  };
}

/** Principal id by client id: the identities that an app carries. */
export type Identities = ReadonlyMap<string, string>;

export interface IdentityEndpoint extends Listener {
  /** What the platform adds to an app's settings. */
  readonly env: { readonly IDENTITY_ENDPOINT: string; readonly IDENTITY_HEADER: string };
}

/** Stands for the platform's endpoint of managed identities: gives tokens for the identities that the app carries, and for no others. */
export async function openIdentityEndpoint(issuer: TokenIssuer, identities: Identities): Promise<IdentityEndpoint> {
  const secret = randomUUID();
  const server = createServer((request, response) => {
    const { searchParams } = new URL(request.url ?? "/", "http://127.0.0.1");
    const audience = searchParams.get("resource") ?? "";
    const clientId = searchParams.get("client_id") ?? "";
    const principalId = identities.get(clientId);
    if (request.headers["x-identity-header"] !== secret || principalId === undefined) {
      response.writeHead(400, { "content-type": "application/json" });
      response.end(
        JSON.stringify({
          statusCode: 400,
          message: `No User Assigned or Delegated Managed Identity found for ${clientId}`,
        }),
      );
      return;
    }
    void issuer.issue(audience, { oid: principalId, roles: [] }).then((token) => {
      const expiresOn = String(Math.floor(Date.now() / 1000) + 3600);
      const answer = {
        access_token: token,
        expires_on: expiresOn,
        resource: audience,
        token_type: "Bearer",
        client_id: clientId,
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answer));
    });
  });
  const listener = await listenOn(server);
  return { ...listener, env: { IDENTITY_ENDPOINT: `${listener.url}/msi/token`, IDENTITY_HEADER: secret } };
}
