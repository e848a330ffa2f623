import { syntaxOf, type Column, type Syntax } from "../kusto.ts";
import { logTables } from "../log-tables.ts";
import { isTable, valueOf } from "./expressions.ts";
import { join } from "./join.ts";
import {
  itemsOf,
  nameIn,
  NoSuchTable,
  notDone,
  part,
  refuseParameters,
  type Row,
  type Scope,
  type Table,
} from "./scope.ts";
import { summarize } from "./summarize.ts";
import { compare, type Value } from "./values.ts";

/**
 * What a query answers in a workspace with these tables. It does what our queries use, over Kusto's own syntax tree
 * and with Kusto's own idea of the columns; for anything else it throws.
 */
export function run(query: string, tables: Readonly<Record<string, Table>>, now: Date): Table {
  const lets = new Map<string, Table | Value>();
  const scope: Scope = { now, tables: new Map(Object.entries(tables)), lets };
  const present = Object.entries(tables).map(([name, { columns }]) => [name, columns.map(declared).join(", ")]);
  const syntax = syntaxOf(query, { ...logTables, ...Object.fromEntries(present) });
  for (const statement of itemsOf(syntax, "Statements")) {
    const expression = part(statement, "Expression");
    if (statement.kind === "ExpressionStatement") return tableOf(expression, scope);
    if (statement.kind !== "LetStatement") throw notDone(statement);
    lets.set(
      nameIn(statement),
      expression.columns.length > 0 ? tableOf(expression, scope) : valueOf(expression, scope),
    );
  }
  throw new Error("nothing is asked");
}

const declared = ({ name, type }: Column): string => `${name}:${type}`;

function tableOf(syntax: Syntax, scope: Scope): Table {
  const table = evaluated(syntax, scope);
  const [ours, theirs] = [table.columns, syntax.columns].map((columns) => columns.map(({ name }) => name).join());
  if (ours !== theirs) throw new Error(`columns ${ours}, and Kusto says ${theirs}: ${syntax.text}`);
  return table;
}

function evaluated(syntax: Syntax, scope: Scope): Table {
  if (syntax.kind === "ParenthesizedExpression") return tableOf(part(syntax, "Expression"), scope);
  if (syntax.kind === "NameReference") return named(nameIn(syntax), scope);
  if (syntax.kind === "DataTableExpression") return dataTable(syntax, scope);
  if (syntax.kind === "UnionOperator") return union(syntax, scope);
  if (syntax.kind !== "PipeExpression") throw notDone(syntax);
  return piped(tableOf(part(syntax, "Expression"), scope), part(syntax, "Operator"), scope);
}

function named(name: string, scope: Scope): Table {
  const table = scope.lets.get(name) ?? scope.tables.get(name);
  if (table === undefined || !isTable(table)) throw new NoSuchTable(`no table ${name}`);
  return table;
}

function dataTable(syntax: Syntax, scope: Scope): Table {
  const values = itemsOf(syntax, "Values").map((value) => valueOf(value, scope));
  const { columns } = syntax;
  const count = values.length / columns.length;
  const rows = Array.from(
    { length: count },
    (_, row): Row => new Map(columns.map(({ name }, index) => [name, values[row * columns.length + index] ?? null])),
  );
  return { columns, rows };
}

/** With isfuzzy=true: of the tables that are there. */
function union(syntax: Syntax, scope: Scope): Table {
  const parameters = itemsOf(syntax, "Parameters").map(({ text }) => text);
  if (parameters.join() !== "isfuzzy=true") throw notDone(syntax);
  const rows = itemsOf(syntax, "Expressions").flatMap((one) => {
    try {
      return [tableOf(one, scope)];
    } catch (error) {
      if (error instanceof NoSuchTable) return [];
      throw error;
    }
  });
  if (rows.length === 0) throw new NoSuchTable("no table of a union");
  return { columns: syntax.columns, rows: rows.flatMap((table) => table.rows) };
}

function piped(table: Table, operator: Syntax, scope: Scope): Table {
  const { columns } = operator;
  const cells = (row: Row): (readonly [string, Value])[] =>
    itemsOf(operator, "Expressions").map((expression) => [nameOf(expression), valueOf(expression, { ...scope, row })]);
  switch (operator.kind) {
    case "FilterOperator":
      refuseParameters(operator);
      return {
        columns,
        rows: table.rows.filter((row) => valueOf(part(operator, "Condition"), { ...scope, row }) === true),
      };
    case "ExtendOperator":
      return { columns, rows: table.rows.map((row): Row => new Map([...row, ...cells(row)])) };
    case "ProjectOperator":
      return { columns, rows: table.rows.map((row): Row => new Map(cells(row))) };
    case "CountOperator":
      return { columns, rows: [new Map([["Count", BigInt(table.rows.length)]])] };
    case "SummarizeOperator":
      return summarize(table, operator, scope);
    case "JoinOperator":
      return join(table, tableOf(part(operator, "Expression"), scope), operator);
    case "SortOperator":
      return { columns, rows: sorted(table.rows, operator, scope) };
    default:
      throw notDone(operator);
  }
}

function nameOf(expression: Syntax): string {
  if (expression.kind === "SimpleNamedExpression" || expression.kind === "NameReference") return nameIn(expression);
  throw notDone(expression);
}

function sorted(rows: readonly Row[], operator: Syntax, scope: Scope): Row[] {
  refuseParameters(operator);
  const orders = itemsOf(operator, "Expressions").map((ordered) => orderOf(ordered));
  return rows.toSorted((a, b) => {
    for (const { expression, descending, nullsFirst } of orders) {
      const [x, y] = [a, b].map((row) => valueOf(expression, { ...scope, row }));
      if (x === null && y === null) continue;
      if (x === null || x === undefined || y === null || y === undefined) return (x === null) === nullsFirst ? -1 : 1;
      const sign = compare(x, y);
      if (sign !== 0) return descending ? -sign : sign;
    }
    return 0;
  });
}

/** Descending unless it says otherwise; nulls are the smallest unless it says otherwise. */
function orderOf(ordered: Syntax): { expression: Syntax; descending: boolean; nullsFirst: boolean } {
  if (ordered.kind !== "OrderedExpression") return { expression: ordered, descending: true, nullsFirst: false };
  const ordering = part(ordered, "Ordering");
  const descending = ordering.parts.get("AscOrDescKeyword")?.text !== "asc";
  const nulls = ordering.parts.get("NullsClause")?.parts.get("FirstOrLastKeyword")?.text;
  return {
    expression: part(ordered, "Expression"),
    descending,
    nullsFirst: nulls === undefined ? !descending : nulls === "first",
  };
}
