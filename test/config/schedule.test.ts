import { Cron } from "croner";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseSchedule, type Schedule } from "../../src/config/schedule.ts";

const HOUR_IN_MS = 3_600_000;

function scheduleOf(text: string): Schedule {
  const result = parseSchedule(text);
  if (!result.ok) throw new Error(result.message);
  return result.schedule;
}

const foreign = (sign: string) =>
  `has "${sign}" in it, which NCRONTAB has not: use digits, * , - / and names of months and days.`;

/** A field of one to four values. */
const list = (maximum: number) =>
  fc.uniqueArray(fc.integer({ min: 0, max: maximum }), { minLength: 1, maxLength: 4 }).map(String);

describe("parseSchedule", () => {
  it.each([
    ["0 0 2 * * *", 24],
    ["0 30 1,13 * * *", 12],
    ["0 0 0,1,12 * * *", 12],
    ["0 0 */6 * * *", 6],
    ["0 0 8-18/2 * * *", 14],
    ["0 0 * * * *", 1],
    ["0 0 2 1-31 1-12 0-6", 24],
    ["0 0 2 * JAN-DEC sun-sat", 24],
    ["  0   0 2 * * * ", 24],
    ["*/30 * * * * *", 1 / 120],
  ])("takes %s, whose longest gap is %d h", (text, hours) => {
    expect(scheduleOf(text).longestGapInMs).toBe(hours * HOUR_IN_MS);
  });

  const sixParts = "must have six parts (second minute hour day month day-of-week), for instance 0 0 2 * * *.";
  const gaps = "leaves out days: back up at least daily, with * as day, month and day of week.";
  it.each([
    ["0 2 * * *", sixParts],
    ["@daily", sixParts],
    ["24:00:00", sixParts],
    ["0 0 2 * * * 2026", sixParts],
    ["", sixParts],
    ["0 0 2 L * *", foreign("L")],
    ["0 0 2 15W * *", foreign("W")],
    ["0 0 2 * * MON#2", foreign("#")],
    ["0 0 2 ? * *", foreign("?")],
    ["0 0 2 * * FRIL", foreign("F")],
    ["0 0 2 * MON *", foreign("M")],
    ["0 0 2 +1 * *", foreign("+")],
    ["0 0 2 * * 0-7", "counts a day 7: days of the week go from 0 (Sunday) to 6."],
    ["0 0 2 * * 1-5", gaps],
    ["0 0 2 1 * *", gaps],
    ["0 0 2 1-30 * *", gaps],
    ["0 0 2 */2 * *", gaps],
    ["0 0 2 * 1-11 *", gaps],
    ["0 0 2 31 2 *", gaps],
    ["0 0 24 * * *", "is not NCRONTAB: Invalid value for hour: 24."],
    ["0 60 2 * * *", "is not NCRONTAB: Invalid value for minute: 60."],
    ["0 0 22-2 * * *", "is not NCRONTAB: From value is larger than to value: '22-2'."],
    ["0 0 2, * * *", "is not NCRONTAB: configuration entry hour () is empty, check for trailing spaces."],
  ])("refuses %j", (text, reason) => {
    expect(parseSchedule(text)).toEqual({ ok: false, message: `"${text}" ${reason}` });
  });
});

describe("a schedule's instants", () => {
  it.each([
    ["2026-11-24T02:00:00.000Z", "2026-11-24T02:00:00.000Z", "2026-11-25T02:00:00.000Z"],
    ["2026-11-24T02:00:00.001Z", "2026-11-24T02:00:00.000Z", "2026-11-25T02:00:00.000Z"],
    ["2026-11-24T01:59:59.999Z", "2026-11-23T02:00:00.000Z", "2026-11-24T02:00:00.000Z"],
    ["2027-01-01T00:00:00.000Z", "2026-12-31T02:00:00.000Z", "2027-01-01T02:00:00.000Z"],
    ["2028-02-29T02:30:00.000Z", "2028-02-29T02:00:00.000Z", "2028-03-01T02:00:00.000Z"],
    ["2026-03-29T01:30:00.000Z", "2026-03-28T02:00:00.000Z", "2026-03-29T02:00:00.000Z"],
  ])("around %s", (now, previous, next) => {
    const schedule = scheduleOf("0 0 2 * * *");
    expect(schedule.previousAt(new Date(now)).toISOString()).toBe(previous);
    expect(schedule.nextAt(new Date(now)).toISOString()).toBe(next);
  });

  it("are those of an independent cron, at any time", () => {
    const text = fc.tuple(list(59), list(59), list(23)).map((fields) => `${fields.join(" ")} * * *`);
    const now = fc.date({ min: new Date("2020-01-01"), max: new Date("2040-01-01"), noInvalidDate: true });
    const agrees = fc.property(text, now, (pattern, instant) => {
      const schedule = scheduleOf(pattern);
      const cron = new Cron(pattern, { timezone: "UTC", mode: "6-part", domAndDow: true });
      const next = cron.nextRun(instant)?.getTime();
      const previous = schedule.previousAt(instant);
      const after = cron.nextRun(previous)?.getTime() ?? 0;
      const gap = schedule.nextAt(instant).getTime() - previous.getTime();
      return (
        schedule.nextAt(instant).getTime() === next &&
        previous <= instant &&
        after > instant.getTime() &&
        cron.match(previous) &&
        gap <= schedule.longestGapInMs
      );
    });
    expect(() => fc.assert(agrees, { numRuns: 200 })).not.toThrow();
  });
});
