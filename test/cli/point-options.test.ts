import { expect, it } from "vitest";
import { parseInstant } from "../../src/cli/point-options.ts";

it.each([
  ["2026-11-24", "2026-11-24T00:00:00.000Z"],
  ["2026-11-24T02:00Z", "2026-11-24T02:00:00.000Z"],
  ["2026-11-24T02:00:05+01:00", "2026-11-24T01:00:05.000Z"],
])("reads %s", (text, instant) => {
  expect(parseInstant(text).toISOString()).toBe(instant);
});

it.each([["2026-11-24T02:00"], ["24.11.2026"], ["2026-13-01"], ["2026-11-24 02:00Z"], ["yesterday"], [""]])(
  "refuses %j",
  (text) => {
    expect(() => parseInstant(text)).toThrow("Write it as 2026-11-24");
  },
);
