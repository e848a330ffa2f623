import type { Syntax } from "../kusto.ts";
import { emptyOf, itemsOf, nameIn, notDone, part, type Row, type Table } from "./scope.ts";
import { keyOf } from "./values.ts";

/** Kinds leftanti and leftouter, on columns that both sides have. */
export function join(left: Table, right: Table, syntax: Syntax): Table {
  const keys = itemsOf(part(syntax, "ConditionClause"), "Expressions");
  if (keys.some(({ kind }) => kind !== "NameReference")) throw notDone(syntax);
  const keyIn = (row: Row): string => keyOf(keys.map((key) => row.get(nameIn(key)) ?? null));
  const found = new Map<string, Row[]>();
  for (const row of right.rows) found.set(keyIn(row), [...(found.get(keyIn(row)) ?? []), row]);

  const kind = kindOf(syntax);
  if (kind === "leftanti") return { columns: left.columns, rows: left.rows.filter((row) => !found.has(keyIn(row))) };
  if (kind !== "leftouter") throw notDone(syntax);
  const none: Row = new Map(right.columns.map(({ name, type }) => [name, emptyOf(type)]));
  const added = syntax.columns.slice(left.columns.length).map(({ name }) => name);
  return {
    columns: syntax.columns,
    rows: left.rows.flatMap((row) =>
      (found.get(keyIn(row)) ?? [none]).map(
        (other): Row =>
          new Map([...row, ...right.columns.map(({ name }, i) => [added[i] ?? "", other.get(name) ?? null] as const)]),
      ),
    ),
  };
}

function kindOf(syntax: Syntax): string {
  const [parameter, ...rest] = itemsOf(syntax, "Parameters");
  if (parameter === undefined || rest.length > 0 || nameIn(parameter) !== "kind") throw notDone(syntax);
  return part(part(parameter, "Expression"), "Token").text;
}
