export interface Turns {
  /** Runs `action` once every earlier one has ended, failed or been aborted; rejects with the signal's reason when aborted before. */
  take(action: () => Promise<void>, signal?: AbortSignal): Promise<void>;
}

/** First come, first served. */
export function createTurns(): Turns {
  let last: Promise<void> = Promise.resolve();
  return {
    take(action, signal) {
      const aborted = abortOf(signal);
      const before = last;
      const turn = before.then(() => (signal?.aborted === true ? undefined : action()));
      last = turn.then(
        () => undefined,
        () => undefined,
      );
      return Promise.race([turn, aborted.promise]).finally(aborted.stop);
    },
  };
}

/** A promise that only ever rejects, when `signal` is aborted. */
function abortOf(signal: AbortSignal | undefined): { promise: Promise<never>; stop: () => void } {
  let abort: (() => void) | undefined;
  const promise = new Promise<never>((_resolve, reject) => {
    if (signal === undefined) return;
    abort = () => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener("abort", abort, { once: true });
  });
  return {
    promise,
    stop: () => {
      if (abort !== undefined) signal?.removeEventListener("abort", abort);
    },
  };
}
