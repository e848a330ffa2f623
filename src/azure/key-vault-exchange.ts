import { AsyncLocalStorage } from "node:async_hooks";
import type { PipelinePolicy, PipelineResponse } from "@azure/core-rest-pipeline";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";
import type { Pacer } from "../pacing/pacer.ts";
import type { Clock } from "../ports/clock.ts";
import { within } from "./call-limit.ts";
import { keyVaultError, type VaultAction, type VaultAnswer } from "./key-vault-errors.ts";
import { retryAfterInMs } from "./retry.ts";

/** An answer as it came: the SDK drops next links and headers, and fails on ids of unusual form. */
export interface RawAnswer extends VaultAnswer {
  readonly region: string | undefined;
}

export interface Exchange {
  /** Sits after the SDK's own policies: it sees each request just before it is sent, and each answer, the 401 of the sign-in included. */
  readonly policy: PipelinePolicy;
  readonly requestCount: () => number;
  /** The tenant that the vault's sign-in challenge named. */
  readonly tenantId: () => string | undefined;
  /** Runs a call of the SDK and resolves to the vault's own 200 answer; each request of it has `limitInMs`. */
  answerOf(action: VaultAction, limitInMs: number, send: () => Promise<unknown>): Promise<RawAnswer>;
  /** True for addresses of the vault that is dialled. */
  readonly isOwn: (url: string) => boolean;
}

interface Call {
  readonly limitInMs: number;
  answer: RawAnswer | undefined;
}

export interface ExchangeOptions {
  readonly url: string;
  readonly pacer: Pacer;
  readonly clock: Clock;
}

export function createExchange({ url, pacer, clock }: ExchangeOptions): Exchange {
  const { origin } = new URL(url);
  // Requests for a next link take no options in the SDK; so what belongs to a call reaches its requests this way.
  const calls = new AsyncLocalStorage<Call>();
  let requests = 0;
  let tenantId: string | undefined;

  const isOwn = (address: string): boolean => URL.canParse(address) && new URL(address).origin === origin;

  function observe(response: PipelineResponse): RawAnswer {
    const header = (name: string) => response.headers.get(name);
    const tenant = /authorization="?https:\/\/[^/"\s]+\/([^/"\s,]+)/i.exec(header("www-authenticate") ?? "")?.[1];
    tenantId = tenant ?? tenantId;
    const region = header("x-ms-keyvault-region");
    return {
      status: response.status,
      body: response.bodyAsText ?? "",
      requestId: header("x-ms-request-id"),
      region: region === undefined ? undefined : printable(region, 60),
      retryAfterInMs: retryAfterInMs(header, clock.now()),
    };
  }

  return {
    isOwn,
    requestCount: () => requests,
    tenantId: () => tenantId,
    policy: {
      name: "keyVaultExchange",
      async sendRequest(request, next) {
        const call = calls.getStore();
        if (call === undefined || !isOwn(request.url)) {
          throw new KeyBackupError("vault-bad-answer", `send a request to another host than ${origin}: refused`);
        }
        call.answer = undefined;
        await pacer.enter();
        requests += 1;
        const response = await within(call.limitInMs, (signal) => {
          request.abortSignal = signal;
          return next(request);
        });
        call.answer = observe(response);
        if (response.status === 429) pacer.throttled(call.answer.retryAfterInMs);
        else pacer.succeeded();
        return response;
      },
    },
    async answerOf(action, limitInMs, send) {
      const call: Call = { limitInMs, answer: undefined };
      let thrown: unknown;
      try {
        await calls.run(call, send);
      } catch (error) {
        thrown = error;
      }
      if (call.answer?.status === 200 && !(thrown instanceof KeyBackupError)) return call.answer;
      throw keyVaultError(thrown, call.answer, action);
    },
  };
}
