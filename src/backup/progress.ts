import type { Attempt } from "./attempt.ts";

const betweenLinesInMs = 30_000;

/** Called for each key that is settled; says how far the vault is, every half minute. */
export function createProgress({ run, entries }: Attempt, failed: { readonly size: number }): () => void {
  const { clock } = run.context;
  let saidAt = clock.now().getTime();
  return () => {
    const now = clock.now().getTime();
    if (now - saidAt < betweenLinesInMs) return;
    saidAt = now;
    run.logger.info(
      `${run.vault.host}: run ${run.runId} goes on: ${entries.size} keys are done, ${failed.size} failed so far`,
    );
  };
}
