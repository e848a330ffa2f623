/** Time as a parameter. */
export interface Clock {
  now(): Date;
  /** Resolves after `inMs`; rejects with the signal's reason when it is aborted before. */
  wait(inMs: number, signal?: AbortSignal): Promise<void>;
}

export const DAY_IN_MS = 86_400_000;
