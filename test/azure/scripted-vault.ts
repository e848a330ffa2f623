import { createFixedToken } from "../../src/azure/credential.ts";
import { createKeyVault } from "../../src/azure/key-vault.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import { createPacer, type Pacer } from "../../src/pacing/pacer.ts";
import type { KeyVault } from "../../src/ports/key-vault.ts";
import { createSimulatedClock, type SimulatedClock } from "../memory/simulated-clock.ts";
import { empty, startScriptedServer, type Reply, type ScriptedServer, type SeenRequest } from "./scripted-server.ts";

export const TOKEN = "eyJ0eXAiOiJKV1QifQ.planted-marker-of-the-bearer-token.c2ln";
export const TENANT = "0f3a1b5c-2d4e-4f60-8a7b-9c0d1e2f3a4b";

export interface ScriptedVault {
  readonly vault: KeyVault;
  readonly server: ScriptedServer;
  readonly clock: SimulatedClock;
  readonly pacer: Pacer;
  /** Answers the next requests that carry a token, one each. */
  script(...replies: readonly Reply[]): void;
  /** Requests that carried a token. */
  signedIn(): readonly SeenRequest[];
  close(): Promise<void>;
}

/** The real adapter and SDK against a server that asks for a token, and answers then as scripted. Waits cost no time. */
export async function startScriptedVault(): Promise<ScriptedVault> {
  const queue: Reply[] = [];
  const challenge = empty(401, {
    "www-authenticate": `Bearer authorization="https://login.windows.net/${TENANT}", resource="https://vault.azure.net"`,
    "x-ms-keyvault-region": "westeurope",
  });
  const server = await startScriptedServer((response, request) => {
    const reply = request.headers.authorization === undefined ? challenge : (queue.shift() ?? empty(418));
    return reply(response, request);
  });
  const clock = createSimulatedClock("2026-11-24T02:00:00Z");
  const pacer = createPacer({ requestsPerSecond: 100, clock, random: () => 0 });
  const vault = createKeyVault({
    url: server.url,
    host: "contoso.vault.azure.net",
    credential: createFixedToken(TOKEN),
    pacer,
    clock,
    local: true,
    callLimitInMs: 150,
    backupLimitInMs: 150,
  });
  return {
    vault,
    server,
    clock,
    pacer,
    script: (...replies) => void queue.push(...replies),
    signedIn: () => server.seen.filter(({ headers }) => headers.authorization !== undefined),
    close: () => server.close(),
  };
}

export const refusal = (code: string, message: string, innerCode?: string) => ({
  error: { code, message, ...(innerCode === undefined ? {} : { innererror: { code: innerCode } }) },
});

/** The error of ours that `work` ends with. */
export async function failureOf(work: Promise<unknown>): Promise<KeyBackupError> {
  try {
    await work;
  } catch (error) {
    if (error instanceof KeyBackupError) return error;
    throw error;
  }
  throw new Error("it should have failed");
}
