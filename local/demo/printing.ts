import Table from "cli-table3";
import { printable } from "../../src/errors/key-backup-error.ts";

const isTerminal = process.stdout.isTTY && process.env["NO_COLOR"] === undefined;
const paint = (code: string, text: string): string => (isTerminal ? `\u001b[${code}m${text}\u001b[0m` : text);

export const bold = (text: string): string => paint("1", text);
export const dim = (text: string): string => paint("2", text);
export const good = (text: string): string => paint("32", text);
export const bad = (text: string): string => paint("31", text);

export function say(text = ""): void {
  process.stdout.write(`${text}\n`);
}

export function heading(number: number, text: string): void {
  say(`\n${bold(`${number}. ${text}`)}\n`);
}

/** A cell in colour. Its text is our own. */
export interface PaintedCell {
  readonly painted: string;
}
export type Cell = string | number | PaintedCell;

/** Names come from vaults: of all that is printed, only our own colours reach the terminal as they are. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const lines = new Table({ head: [...head], style: { head: isTerminal ? ["bold"] : [], border: [] } });
  for (const row of rows)
    lines.push(row.map((cell) => (typeof cell === "object" ? cell.painted : printable(String(cell), 200))));
  say(lines.toString());
}

export function bytes(count: number): string {
  if (count < 1024) return `${count} B`;
  return count < 1_048_576 ? `${Math.round(count / 1024)} KB` : `${(count / 1_048_576).toFixed(1)} MB`;
}
