import type { Column, Syntax } from "../kusto.ts";
import type { Value } from "./values.ts";

export type Row = ReadonlyMap<string, Value>;
export interface Table {
  readonly columns: readonly Column[];
  readonly rows: readonly Row[];
}

/** What names mean where an expression stands. */
export interface Scope {
  readonly now: Date;
  /** Tables of the workspace. A table that nothing was ever written to is not there. */
  readonly tables: ReadonlyMap<string, Table>;
  readonly lets: ReadonlyMap<string, Table | Value>;
  /** Of the row that is looked at: its columns are names too. */
  readonly row?: Row;
}

/** When a row was received: what `ingestion_time()` reads. No query can name it. */
export const ingestedAt = "$ingestedAt";

export class NoSuchTable extends Error {}

/** A part of the language that is not done here. */
export const notDone = (syntax: Syntax): Error => new Error(`not done: ${syntax.kind} ${syntax.text}`);

export function part(syntax: Syntax, name: string): Syntax {
  const found = syntax.parts.get(name);
  if (found === undefined) throw new Error(`${syntax.kind} without ${name}`);
  return found;
}

export const itemsOf = (syntax: Syntax, name: string): readonly Syntax[] => part(syntax, name).items;

/** The name in a reference or declaration. */
export function nameIn(syntax: Syntax): string {
  const name = syntax.parts.get("Name");
  return name === undefined ? syntax.text : nameIn(name);
}

/** Throws for parameters of an operator that are not done here. */
export function refuseParameters(syntax: Syntax): void {
  if (itemsOf(syntax, "Parameters").length > 0) throw notDone(part(syntax, "Parameters"));
}

/** What a column holds when nothing was written to it. */
export const emptyOf = (type: string): Value => (type === "string" ? "" : null);
