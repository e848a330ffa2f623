import { expect, it } from "vitest";
import { bytesText, jsonText, minuteText, table } from "../../src/cli/text.ts";
import { steeringCharacters } from "./command-line.ts";

const hostile = "evil\u001b[2J\u001b]0;title\u0007\u009b31m\r\nnext\u202eline";

it("lets nothing through a table that could steer a terminal", () => {
  const text = table(["name"], [[hostile]]);
  expect(steeringCharacters(text)).toEqual([]);
  expect(text.split("\n")).toHaveLength(2);
  expect(text).toContain("evil");
});

it("lets nothing through JSON that could steer a terminal, and loses nothing", () => {
  const text = jsonText({ name: hostile });
  expect(steeringCharacters(text)).toEqual([]);
  expect(JSON.parse(text)).toEqual({ name: hostile });
});

it("keeps characters of other scripts, and those of two halves", () => {
  const name = "ключ 🔑 \u{e0041}";
  expect(JSON.parse(jsonText({ name }))).toEqual({ name });
  expect(table(["name"], [["ключ 🔑"]])).toContain("ключ 🔑");
});

it("lines up columns, without frames or space at the ends of lines", () => {
  expect(
    table(
      ["a", "bb"],
      [
        ["long cell", 1],
        ["x", undefined],
      ],
    ),
  ).toBe("a          bb\nlong cell  1\nx");
});

it.each([
  [0, "0 B"],
  [1023, "1023 B"],
  [29_500, "29 KB"],
  [5_500_000, "5.2 MB"],
])("shows %s bytes as %s", (count, text) => {
  expect(bytesText(count)).toBe(text);
});

it("shows instants in UTC, to the minute", () => {
  expect(minuteText("2026-11-24T02:00:59.9+01:00")).toBe("2026-11-24 01:00Z");
  expect(minuteText(undefined)).toBe("");
});
