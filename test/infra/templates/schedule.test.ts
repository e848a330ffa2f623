import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { parseSchedule } from "../../../src/config/schedule.ts";
import { predict, withFiles } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";

const accepted = [
  "0 0 2 * * *",
  "59 59 23 * * *",
  "0 0 0 * * *",
  "00 05 02 * * *",
  "0 0 007 * * *",
  "* * * * * *",
  "*/60 * * * * *",
  "0 */15 * * * *",
  "0 */60 * * * *",
  "0 0 */6 * * *",
  "0 0 */24 * * *",
  "0 0,30 * * * *",
  "0 0,15,30,45 1,13 * * *",
  "0 0 1-5 * * *",
  "0 0 5-5 * * *",
  "0 0 0-23 * * *",
  "0 0-30/10 * * * *",
  "0 5,10-20,30-50/5 0-5/2,12 * * *",
  "0 */5,7 2 * * *",
  "*,5 0 2 * * *",
  " 0  30 2 * * * ",
  "0\t0\t2 * * *",
];

/** What is wrong with each is in the field of this name. */
const refused = [
  ["second", "60 0 2 * * *"],
  ["second", "x 0 2 * * *"],
  ["second", "0.5 0 2 * * *"],
  ["second", "-5 0 2 * * *"],
  ["second", "? 0 2 * * *"],
  ["minute", "0 60 2 * * *"],
  ["minute", "0 5/10 2 * * *"],
  ["minute", "0 /5 2 * * *"],
  ["minute", "0 */0 2 * * *"],
  ["minute", "0 */61 2 * * *"],
  ["minute", "0 */ 2 * * *"],
  ["minute", "0 1,,2 2 * * *"],
  ["minute", "0 1-2-3 2 * * *"],
  ["minute", "0 10-20/x 2 * * *"],
  ["minute", "0 10-20/5/2 2 * * *"],
  ["minute", "0 50-70 2 * * *"],
  ["hour", "0 0 24 * * *"],
  ["hour", "0 0 25 * * *"],
  ["hour", "0 0 */25 * * *"],
  ["hour", "0 0 5-2 * * *"],
  ["hour", "0 0 22-24 * * *"],
  ["hour", "0 0 *-5 * * *"],
  ["hour", "0 0 2, * * *"],
  ["hour", "0 0 99999999999999999999 * * *"],
] as const;

/** The program takes these; the timer of Azure Functions or a 64-bit number would not. */
const refusedHereOnly = ["0 50-62/15 2 * * *", "0 0 0000000002 * * *"];

const schedules = [...accepted, ...refused.map(([, schedule]) => schedule), ...refusedHereOnly];
const problems = new Map<string, string[]>();

const bicep = new BicepServer();
afterAll(() => bicep.stop());

beforeAll(async () => {
  const list = schedules.map((schedule) => `'${schedule.replaceAll("\t", "\\t")}'`).join("\n");
  const text = `using 'ROOT/test/infra/templates/schedule/verdicts.bicep'\nparam schedules = [\n${list}\n]\n`;
  const { outputs } = await withFiles({ "schedules.bicepparam": text }, async (folder) =>
    predict(bicep, `${folder}/schedules.bicepparam`),
  );
  for (const [i, found] of z.array(z.array(z.string())).parse(outputs["problems"]).entries()) {
    problems.set(schedules[i] ?? "", found);
  }
});

describe("the deployment's rule for schedules", () => {
  it.each(accepted)('takes "%s", as the program does', (schedule) => {
    expect(parseSchedule(schedule)).toMatchObject({ ok: true });
    expect(problems.get(schedule)).toEqual([]);
  });

  it.each(refused)("refuses the %s of %s, as the program does", (field, schedule) => {
    expect(parseSchedule(schedule)).toMatchObject({ ok: false });
    expect(problems.get(schedule)).toEqual([expect.stringMatching(`^schedule: .* as its ${field}; it must be`)]);
  });

  it.each(refusedHereOnly)("refuses %s, which the program would take", (schedule) => {
    expect(parseSchedule(schedule)).toMatchObject({ ok: true });
    expect(problems.get(schedule)).toHaveLength(1);
  });
});
