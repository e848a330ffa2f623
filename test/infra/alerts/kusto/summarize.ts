import type { Syntax } from "../kusto.ts";
import { valueOf } from "./expressions.ts";
import { greater } from "./functions.ts";
import { itemsOf, nameIn, notDone, part, refuseParameters, type Row, type Scope, type Table } from "./scope.ts";
import { compare, keyOf, type Value } from "./values.ts";

/** Without `by` there is one group even of no rows; with it, none. */
export function summarize(table: Table, syntax: Syntax, scope: Scope): Table {
  refuseParameters(syntax);
  const by = syntax.parts.has("ByClause") ? itemsOf(part(syntax, "ByClause"), "Expressions") : [];
  const groups = new Map<string, { readonly key: readonly Value[]; readonly rows: Row[] }>();
  if (by.length === 0) groups.set(keyOf([]), { key: [], rows: [] });
  for (const row of table.rows) {
    const key = by.map((expression) => valueOf(expression, { ...scope, row }));
    const group = groups.get(keyOf(key)) ?? { key, rows: [] };
    groups.set(keyOf(key), group);
    group.rows.push(row);
  }
  const names = by.map(nameIn);
  const rows = [...groups.values()].map(
    (group): Row =>
      new Map([
        ...group.key.map((value, index) => [names[index] ?? "", value] as const),
        ...itemsOf(syntax, "Aggregates").flatMap((aggregate) => aggregated(aggregate, group.rows, scope)),
      ]),
  );
  return { columns: syntax.columns, rows };
}

type Cells = readonly (readonly [name: string, value: Value])[];

function aggregated(syntax: Syntax, rows: readonly Row[], scope: Scope): Cells {
  if (syntax.kind !== "SimpleNamedExpression") return largest(syntax, rows, scope);
  const call = part(syntax, "Expression");
  if (call.kind !== "FunctionCallExpression") throw notDone(syntax);
  const name = nameIn(call);
  const args = itemsOf(part(call, "ArgumentList"), "Expressions");
  const [first] = args;
  if (name === "count" && first === undefined) return [[nameIn(syntax), BigInt(rows.length)]];
  if (first === undefined || args.length > 1) throw notDone(syntax);
  const values = rows.map((row) => valueOf(first, { ...scope, row }));
  if (name === "max") return [[nameIn(syntax), values.reduce(greater, null)]];
  if (name === "sum") return [[nameIn(syntax), values.reduce(plus, 0n)]];
  throw notDone(syntax);
}

/** `arg_max`: of the row with the largest first argument, that and the columns named after it. */
function largest(syntax: Syntax, rows: readonly Row[], scope: Scope): Cells {
  if (syntax.kind !== "FunctionCallExpression" || nameIn(syntax) !== "arg_max") throw notDone(syntax);
  const args = itemsOf(part(syntax, "ArgumentList"), "Expressions");
  const [first] = args;
  if (first === undefined || args.some(({ kind }) => kind !== "NameReference")) throw notDone(syntax);
  const at = (row: Row): Value => valueOf(first, { ...scope, row });
  const row = rows.reduce((best, one) => {
    const [a, b] = [at(best), at(one)];
    return a === null || (b !== null && compare(b, a) > 0) ? one : best;
  });
  return args.map((arg) => [nameIn(arg), valueOf(arg, { ...scope, row })] as const);
}

/** Nulls do not count. */
function plus(total: Value, value: Value): Value {
  if (value === null) return total;
  if (typeof total !== "bigint" || typeof value !== "bigint") throw new Error("not done: sum of what is no long");
  return total + value;
}
