import { Cron } from "croner";
import type { Binding } from "./core-types.ts";
import type { Outcome, TriggerData } from "./invoke.ts";

export interface TimerFiring {
  /** Pretend that the schedule called for this instant (ISO 8601); without it, a call outside the schedule. */
  readonly scheduledAt?: string | undefined;
  readonly isPastDue?: boolean | undefined;
}

export interface Timer {
  fire(firing: TimerFiring): Promise<Outcome>;
  /** Follows the schedule until stopped. */
  start(): void;
  stop(): void;
}

interface ScheduleStatus {
  readonly last: Date | undefined;
  readonly next: Date;
}

// NCRONTAB has none of croner's L, W, # and ?.
const notNcrontab = /[?#]|(^|[\s,])L|\d[LW]/i;
const longestDelayInMs = 2 ** 31 - 1;

/**
 * A timer in UTC. While a scheduled call runs, `next` is the instant it was scheduled for and `last` the call before;
 * both move on when it has ended. So it is in the real host, which keeps them in a blob; here they are in memory.
 */
export function createTimer(
  binding: Binding,
  schedule: string,
  invoke: (trigger: TriggerData) => Promise<Outcome>,
): Timer {
  const cron = parseSchedule(schedule);
  const monitored = binding.useMonitor !== false && shortestGapInMs(cron) >= 60_000;
  let status: ScheduleStatus = { last: undefined, next: nextAfter(cron, new Date()) };
  let pending: NodeJS.Timeout | undefined;

  const call = (given: ScheduleStatus, isPastDue = false): Promise<Outcome> => {
    const scheduleStatus = monitored
      ? { Last: instant(given.last), Next: instant(given.next), LastUpdated: instant(given.last) }
      : null;
    const info = { Schedule: { AdjustForDST: true }, ScheduleStatus: scheduleStatus, IsPastDue: isPastDue };
    return invoke({ value: { json: JSON.stringify(info) } });
  };

  const arm = (): void => {
    const delayInMs = Math.max(status.next.getTime() - Date.now(), 1);
    pending = setTimeout(() => void onTime(), Math.min(delayInMs, longestDelayInMs));
  };
  const onTime = async (): Promise<void> => {
    if (status.next.getTime() <= Date.now()) {
      const calledAt = new Date();
      await call(status);
      status = { last: calledAt, next: nextAfter(cron, calledAt) };
    }
    if (pending !== undefined) {
      arm();
    }
  };

  return {
    fire: ({ scheduledAt, isPastDue }) => {
      if (scheduledAt === undefined) {
        return call(status, isPastDue);
      }
      const next = new Date(scheduledAt);
      return call({ last: cron.previousRuns(1, next)[0], next }, isPastDue);
    },
    start: () => {
      arm();
      if (binding.runOnStartup === true) {
        void call(status);
      }
    },
    stop: () => {
      clearTimeout(pending);
      pending = undefined;
    },
  };
}

function parseSchedule(schedule: string): Cron {
  if (notNcrontab.test(schedule)) {
    throw new Error(`Schedule "${schedule}" is not NCRONTAB: it knows no L, W, # and ?.`);
  }
  return new Cron(schedule, { mode: "5-or-6-parts", timezone: "UTC", domAndDow: true, paused: true });
}

function nextAfter(cron: Cron, instantBefore: Date): Date {
  const next = cron.nextRun(instantBefore);
  if (next === null) {
    throw new Error(`Schedule "${cron.getPattern()}" never comes.`);
  }
  return next;
}

function shortestGapInMs(cron: Cron): number {
  const runs = cron.nextRuns(3).map((run) => run.getTime());
  return Math.min(...runs.slice(1).map((run, index) => run - (runs[index] ?? run)));
}

// DateTime's default, 1 January of year 1, is what the real host gives before the first call.
function instant(date: Date | undefined): string {
  return date === undefined ? "0001-01-01T00:00:00" : date.toISOString().replace("Z", "+00:00");
}
