import { DefaultAzureCredential, ManagedIdentityCredential, type TokenCredential } from "@azure/identity";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import { within } from "./call-limit.ts";
import { withoutSecrets } from "./service-text.ts";

const TOKEN_LIMIT_IN_MS = 60_000;

/** The app in Azure: its managed identity, the user-assigned one when `clientId` is given. */
export function createManagedIdentity(clientId: string | undefined): TokenCredential {
  return clientId === undefined ? new ManagedIdentityCredential() : new ManagedIdentityCredential({ clientId });
}

/** The command line: whoever is signed in. */
export function createSignedInIdentity(): TokenCredential {
  return new DefaultAzureCredential();
}

/** Local mode only: what the stand-ins on this machine accept. */
export function createFixedToken(token: string): TokenCredential {
  return { getToken: () => Promise.resolve({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) };
}

/** The same credential with a time limit, its failures in our words. */
export function bounded(credential: TokenCredential, limitInMs = TOKEN_LIMIT_IN_MS): TokenCredential {
  return {
    async getToken(scopes, options) {
      try {
        return await within(limitInMs, (abortSignal) => credential.getToken(scopes, { ...options, abortSignal }));
      } catch (thrown) {
        const reason = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : typeof thrown;
        throw new KeyBackupError("credential-unavailable", `get a token: ${printable(withoutSecrets(reason))}`);
      }
    },
  };
}
