/** Tasks with a bound: `add` waits while too many run, so a listing is read no faster than its keys are backed up. */
export interface BoundedWork {
  /** Starts the task, once there is room. Throws what an earlier task threw. */
  readonly add: (task: () => Promise<void>) => Promise<void>;
  /** Resolves when all tasks have ended, however. */
  readonly idle: () => Promise<void>;
  /** The same, but throws what the first failing one threw. */
  readonly done: () => Promise<void>;
}

export function createBoundedWork(mostInFlight: number): BoundedWork {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const run = async (task: () => Promise<void>): Promise<void> => {
    try {
      await task();
    } catch (error) {
      failures.push(error);
    }
  };
  const rethrow = (): void => {
    if (failures.length > 0) throw failures[0];
  };
  return {
    async add(task) {
      while (running.size >= mostInFlight) await Promise.race(running);
      rethrow();
      const promise = run(task).finally(() => running.delete(promise));
      running.add(promise);
    },
    async idle() {
      await Promise.all(running);
    },
    async done() {
      await Promise.all(running);
      rethrow();
    },
  };
}
