/** Thrown when a call has taken longer than it may. */
export class CallTimeout extends Error {
  override readonly name = "CallTimeout";
  constructor(limitInMs: number) {
    super(`no answer within ${limitInMs / 1000} s`);
  }
}

/**
 * Gives `action` at most `limitInMs` of real time: its signal is aborted then, and the wait ends even if it ignores that.
 * The SDKs have no limit of their own: a call that hangs would hang for ever.
 */
export async function within<T>(limitInMs: number, action: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const timeout = new CallTimeout(limitInMs);
      reject(timeout);
      abort.abort(timeout);
    }, limitInMs);
  });
  try {
    return await Promise.race([action(abort.signal), limit]);
  } finally {
    clearTimeout(timer);
  }
}
