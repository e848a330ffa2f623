import { CronPattern } from "croner";
import { printable } from "../errors/key-backup-error.ts";
import { shown } from "./problem.ts";

const SECOND_IN_MS = 1000;
const DAY_IN_MS = 86_400_000;

/** An NCRONTAB expression in UTC that runs on every day, always at the same times. */
export interface Schedule {
  readonly text: string;
  /** Latest scheduled instant at or before `now`. */
  previousAt(now: Date): Date;
  /** First scheduled instant after `now`. */
  nextAt(now: Date): Date;
  /** Longest time between two runs. */
  readonly longestGapInMs: number;
}

export type ScheduleResult =
  { readonly ok: true; readonly schedule: Schedule } | { readonly ok: false; readonly message: string };

export function parseSchedule(input: string): ScheduleResult {
  const parts = input.trim().split(/\s+/);
  const text = parts.join(" ");
  const refused = foreignSyntax(parts);
  if (refused !== undefined) return { ok: false, message: `${shown(text)} ${refused}` };
  const pattern = parsePattern(text);
  if (typeof pattern === "string") return { ok: false, message: `${shown(text)} is not NCRONTAB: ${pattern}.` };
  if ([pattern.day, pattern.month, pattern.dayOfWeek].some((field) => field.includes(0))) {
    const message = `${shown(text)} leaves out days: back up at least daily, with * as day, month and day of week.`;
    return { ok: false, message };
  }
  return { ok: true, schedule: dailySchedule(text, timesOfDay(pattern)) };
}

/** What the parser would take, and the timer of Azure Functions would not. */
function foreignSyntax(parts: readonly string[]): string | undefined {
  if (parts.length !== 6) {
    return "must have six parts (second minute hour day month day-of-week), for instance 0 0 2 * * *.";
  }
  const [second = "", minute = "", hour = "", day = "", month = "", dayOfWeek = ""] = parts;
  const bare = [
    second,
    minute,
    hour,
    day,
    month.replaceAll(/\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\b/gi, "1"),
    dayOfWeek.replaceAll(/\b(sun|mon|tue|wed|thu|fri|sat)\b/gi, "1"),
  ].join(" ");
  const foreign = /[^0-9*,/ -]/u.exec(bare)?.[0];
  if (foreign !== undefined) {
    return `has ${shown(foreign)} in it, which NCRONTAB has not: use digits, * , - / and names of months and days.`;
  }
  return /(?<![\d/])0*7(?!\d)/.test(dayOfWeek)
    ? "counts a day 7: days of the week go from 0 (Sunday) to 6."
    : undefined;
}

function parsePattern(text: string): CronPattern | string {
  try {
    return new CronPattern(text, "UTC", { mode: "6-part" });
  } catch (error) {
    return error instanceof Error
      ? printable(error.message.replaceAll(/^CronPattern: |\.$/g, ""), 120)
      : "it can't be parsed";
  }
}

/** In ms since midnight, ascending. */
function timesOfDay(pattern: CronPattern): number[] {
  const [hours, minutes, seconds] = [pattern.hour, pattern.minute, pattern.second].map(indexesOf);
  const times: number[] = [];
  for (const hour of hours ?? []) {
    for (const minute of minutes ?? []) {
      for (const second of seconds ?? []) times.push(((hour * 60 + minute) * 60 + second) * SECOND_IN_MS);
    }
  }
  return times;
}

function indexesOf(field: readonly number[]): number[] {
  return field.flatMap((set, index) => (set === 0 ? [] : [index]));
}

function dailySchedule(text: string, times: readonly number[]): Schedule {
  const first = times[0] ?? 0;
  const last = times.at(-1) ?? 0;
  const gaps = times.map((time, index) => (times[index + 1] ?? first + DAY_IN_MS) - time);
  return {
    text,
    longestGapInMs: gaps.reduce((longest, gap) => Math.max(longest, gap), 0),
    previousAt(now) {
      const { midnight, time } = split(now);
      return new Date(midnight + (times.findLast((candidate) => candidate <= time) ?? last - DAY_IN_MS));
    },
    nextAt(now) {
      const { midnight, time } = split(now);
      return new Date(midnight + (times.find((candidate) => candidate > time) ?? first + DAY_IN_MS));
    },
  };
}

function split(now: Date): { midnight: number; time: number } {
  const midnight = Math.floor(now.getTime() / DAY_IN_MS) * DAY_IN_MS;
  return { midnight, time: now.getTime() - midnight };
}
