import Table from "cli-table3";
import { printable } from "../errors/key-backup-error.ts";

/** Text from outside as a terminal may have it: cli-table3 and the terminal itself would obey escape sequences in it. */
export const oneLine = (text: string): string => printable(text, 2000);

export type Cell = string | number | undefined;

/** A table without colours or frames that `grep` and `awk` would stumble over. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const lines = new Table({ head: [...head], chars: bare, style: { head: [], border: [], "padding-left": 0 } });
  for (const row of rows) lines.push(row.map((cell) => printable(String(cell ?? ""), 160)));
  return lines
    .toString()
    .split("\n")
    .map((line) => line.trimEnd())
    .join("\n");
}

const nothing = ["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"];
const nothingElse = ["left", "left-mid", "mid", "mid-mid", "right", "right-mid"];
const bare = { ...Object.fromEntries([...nothing, ...nothingElse].map((name) => [name, ""])), middle: " " };

/** JSON for machines that does no harm to a terminal: what could steer one is escaped. */
export function jsonText(value: unknown): string {
  const text = JSON.stringify(value, undefined, 2);
  return text.replaceAll(/[\u007f-\u009f\p{Cf}\u2028\u2029]/gu, (found) =>
    [...Array(found.length).keys()]
      .map((index) => `\\u${found.charCodeAt(index).toString(16).padStart(4, "0")}`)
      .join(""),
  );
}

export function bytesText(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 1_048_576 ? `${Math.round(count / 1024)} KB` : `${(count / 1_048_576).toFixed(1)} MB`;
}

/** An instant to the minute, UTC, as tables show it. */
export const minuteText = (instant: string | Date | undefined): string =>
  instant === undefined ? "" : `${new Date(instant).toISOString().slice(0, 16).replace("T", " ")}Z`;

export const plural = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;
