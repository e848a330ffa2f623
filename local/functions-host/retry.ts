import * as z from "zod";
import type { RetryContext } from "./core-types.ts";
import type { Outcome } from "./invoke.ts";

const duration = z.object({ seconds: z.number().min(0) }).transform(({ seconds }) => seconds * 1_000);

/** A function's `retry`, as @azure/functions hands it on. -1 retries without end. */
const retryPolicy = z.discriminatedUnion("retryStrategy", [
  z.object({
    retryStrategy: z.literal("fixedDelay"),
    maxRetryCount: z.int().min(-1),
    delayInterval: duration,
  }),
  z.object({
    retryStrategy: z.literal("exponentialBackoff"),
    maxRetryCount: z.int().min(-1),
    minimumInterval: duration,
    maximumInterval: duration,
  }),
]);

export type RetryPolicy = z.infer<typeof retryPolicy>;

/** `undefined` when the function has no retry policy. */
export function parseRetryPolicy(retryOptions: unknown): RetryPolicy | undefined {
  return retryPolicy.optional().parse(retryOptions ?? undefined);
}

export interface RetryRules {
  readonly policy: RetryPolicy | undefined;
  /** Replaces the policy's own delays. */
  readonly delayInMs?: number | undefined;
  /** Ends the waiting: what failed last stays the outcome, as when an instance of the real host goes away. */
  readonly signal: AbortSignal;
}

/** Calls until it succeeds or the policy is used up. The first call gets no retry context. */
export async function callWithRetries(
  { policy, delayInMs, signal }: RetryRules,
  call: (retry: RetryContext | undefined) => Promise<Outcome>,
): Promise<Outcome> {
  let result = await call(undefined);
  if (policy === undefined) {
    return result;
  }
  const { maxRetryCount } = policy;
  for (let retryCount = 1; result.outcome === "failed"; retryCount += 1) {
    const usedUp = maxRetryCount >= 0 && retryCount > maxRetryCount;
    if (usedUp || !(await waited(delayInMs ?? policyDelayInMs(policy, retryCount), signal))) {
      return result;
    }
    result = await call({ retryCount, maxRetryCount, exception: { message: String(result.error) } });
  }
  return result;
}

function policyDelayInMs(policy: RetryPolicy, retryCount: number): number {
  return policy.retryStrategy === "fixedDelay"
    ? policy.delayInterval
    : Math.min(policy.minimumInterval * 2 ** (retryCount - 1), policy.maximumInterval);
}

/** Resolves to whether the whole delay has passed. */
async function waited(delayInMs: number, signal: AbortSignal): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const listening = new AbortController();
  await new Promise<void>((resolve) => {
    timer = setTimeout(resolve, delayInMs);
    signal.addEventListener("abort", () => resolve(), { signal: listening.signal });
    if (signal.aborted) {
      resolve();
    }
  });
  clearTimeout(timer);
  listening.abort();
  return !signal.aborted;
}
