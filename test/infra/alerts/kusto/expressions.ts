import type { Syntax } from "../kusto.ts";
import { booleanOf, functions, textOf } from "./functions.ts";
import { ingestedAt, itemsOf, nameIn, notDone, part, type Scope, type Table } from "./scope.ts";
import { listOperators, stringOperators } from "./strings.ts";
import { compare, Dynamic, dynamicOf, kindOf, memberOf, Timespan, toText, type Json, type Value } from "./values.ts";

type Evaluate = (syntax: Syntax, scope: Scope) => Value;

/** The value of a scalar expression. Throws for what is not done here. */
export const valueOf: Evaluate = (syntax, scope) => {
  const evaluate = expressions.get(syntax.kind) ?? operatorOn(syntax.kind);
  if (evaluate === undefined) throw notDone(syntax);
  return evaluate(syntax, scope);
};

const left: Evaluate = (syntax, scope) => valueOf(part(syntax, "Left"), scope);
const right: Evaluate = (syntax, scope) => valueOf(part(syntax, "Right"), scope);
const tokenOf = (syntax: Syntax): Syntax => part(syntax, "Token");

const expressions: ReadonlyMap<string, Evaluate> = new Map<string, Evaluate>([
  ["NameReference", (syntax, scope) => named(nameIn(syntax), scope)],
  ["ParenthesizedExpression", (syntax, scope) => valueOf(part(syntax, "Expression"), scope)],
  ["SimpleNamedExpression", (syntax, scope) => valueOf(part(syntax, "Expression"), scope)],
  ["StringLiteralExpression", (syntax) => tokenOf(syntax).literal],
  ["LongLiteralExpression", (syntax) => BigInt(tokenOf(syntax).text)],
  ["RealLiteralExpression", (syntax) => realIn(tokenOf(syntax).text)],
  ["BooleanLiteralExpression", (syntax) => tokenOf(syntax).text === "true"],
  ["TimespanLiteralExpression", (syntax) => timespanIn(tokenOf(syntax).text)],
  ["DynamicExpression", (syntax) => dynamicOf(jsonIn(part(syntax, "Expression")))],
  ["AndExpression", (syntax, scope) => logical(left(syntax, scope), right(syntax, scope), false)],
  ["OrExpression", (syntax, scope) => logical(left(syntax, scope), right(syntax, scope), true)],
  ["EqualExpression", (syntax, scope) => isEqual(left(syntax, scope), right(syntax, scope))],
  ["NotEqualExpression", (syntax, scope) => negated(isEqual(left(syntax, scope), right(syntax, scope)))],
  ["GreaterThanExpression", (syntax, scope) => ordered(left(syntax, scope), right(syntax, scope), (sign) => sign > 0)],
  ["AddExpression", (syntax, scope) => calculated(left(syntax, scope), right(syntax, scope), sum)],
  ["DivideExpression", (syntax, scope) => calculated(left(syntax, scope), right(syntax, scope), quotient)],
  [
    "PathExpression",
    (syntax, scope) => memberOf(valueOf(part(syntax, "Expression"), scope), nameIn(part(syntax, "Selector"))),
  ],
  [
    "ElementExpression",
    (syntax, scope) => {
      const index = valueOf(part(part(syntax, "Selector"), "Expression"), scope);
      return memberOf(valueOf(part(syntax, "Expression"), scope), index);
    },
  ],
  ["FunctionCallExpression", called],
]);

function operatorOn(kind: string): Evaluate | undefined {
  const ofStrings = stringOperators.get(kind);
  if (ofStrings) return (syntax, scope) => ofStrings(textOf(left(syntax, scope)), textOf(right(syntax, scope)));
  const ofList = listOperators.get(kind);
  if (ofList) return (syntax, scope) => ofList(textOf(left(syntax, scope)), listIn(part(syntax, "Right"), scope));
  return undefined;
}

function named(name: string, scope: Scope): Value {
  const value = scope.row?.get(name) ?? (scope.row?.has(name) ? null : scope.lets.get(name));
  if (value === undefined || isTable(value)) throw new Error(`no value ${name}`);
  return value;
}

export const isTable = (value: Table | Value): value is Table =>
  typeof value === "object" && value !== null && "rows" in value;

function called(syntax: Syntax, scope: Scope): Value {
  const name = nameIn(syntax);
  const args = itemsOf(part(syntax, "ArgumentList"), "Expressions");
  if (name === "ingestion_time") return named(ingestedAt, scope);
  const [first, second] = args;
  if (name === "column_ifexists" && first && second) {
    const column = textOf(valueOf(first, scope));
    return scope.row?.has(column) ? named(column, scope) : valueOf(second, scope);
  }
  const call = functions.get(name);
  if (call === undefined) throw notDone(syntax);
  return call(
    args.map((arg) => valueOf(arg, scope)),
    scope.now,
  );
}

/** Strings in brackets; one that is an array stands for its elements. */
function listIn(syntax: Syntax, scope: Scope): string[] {
  return itemsOf(syntax, "Expressions").flatMap((item) => {
    const value = valueOf(item, scope);
    const isArray = value instanceof Dynamic && Array.isArray(value.json);
    return isArray ? value.json.map((one: Json) => toText(dynamicOf(one))) : [textOf(value)];
  });
}

/** Three-valued: `decides` on one side decides, else a null leaves it open. */
function logical(one: Value, other: Value, decides: boolean): Value {
  for (const value of [one, other]) if (value !== null && booleanOf(value) === decides) return decides;
  return one === null || other === null ? null : !decides;
}

const negated = (value: Value): Value => (value === null ? null : !booleanOf(value));

function isEqual(one: Value, other: Value): Value {
  if (one === null || other === null) return one === other ? null : false;
  return compare(one, other) === 0;
}

function ordered(one: Value, other: Value, wanted: (sign: number) => boolean): Value {
  return one === null || other === null ? null : wanted(compare(one, other));
}

interface Calculation {
  readonly longs: (a: bigint, b: bigint) => Value;
  readonly reals: (a: number, b: number) => Value;
}
const sum: Calculation = { longs: (a, b) => a + b, reals: (a, b) => a + b };
// Between two longs the rest is dropped.
const quotient: Calculation = { longs: (a, b) => (b === 0n ? null : a / b), reals: (a, b) => a / b };

function calculated(one: Value, other: Value, { longs, reals }: Calculation): Value {
  if (one === null || other === null) return null;
  if (typeof one === "bigint" && typeof other === "bigint") return longs(one, other);
  const numbers = [one, other].map((value) => (typeof value === "bigint" ? Number(value) : value));
  const [a, b] = numbers;
  if (typeof a === "number" && typeof b === "number") return reals(a, b);
  throw new Error(`not done: to calculate with ${[one, other].map(kindOf).join(" and ")}`);
}

function realIn(text: string): number {
  const value = Number(/^real\((.*)\)$/.exec(text)?.[1] ?? text);
  if (Number.isNaN(value)) throw new Error(`not done: ${text}`);
  return value;
}

const units: Readonly<Record<string, number>> = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000 };

function timespanIn(text: string): Timespan {
  const [, count, unit = ""] = /^(\d+)([dhms])$/.exec(text) ?? [];
  const length = units[unit];
  if (count === undefined || length === undefined) throw new Error(`not done: ${text}`);
  return new Timespan(Number(count) * length);
}

function jsonIn(syntax: Syntax): Json {
  if (syntax.kind === "JsonArrayExpression") return itemsOf(syntax, "Values").map(jsonIn);
  if (syntax.kind === "StringLiteralExpression") return tokenOf(syntax).literal;
  throw notDone(syntax);
}
