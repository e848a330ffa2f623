import { substring } from "./strings.ts";
import {
  compare,
  Dynamic,
  dynamicOf,
  jsonSchema,
  kindOf,
  Timespan,
  toDate,
  toLong,
  toText,
  type Value,
} from "./values.ts";

/** Functions whose value follows from those of their arguments. `now` is when the query runs. */
type Call = (args: readonly Value[], now: Date) => Value;

const isEmpty = (value: Value): boolean =>
  value === null || value === "" || (value instanceof Dynamic && toText(value) === "");

const unary =
  (call: (value: Value, now: Date) => Value): Call =>
  (args, now) => {
    if (args.length !== 1) throw new Error(`not done: ${args.length} arguments`);
    return call(args[0] ?? null, now);
  };

export const functions: ReadonlyMap<string, Call> = new Map<string, Call>([
  ["now", (_args, now) => now],
  ["ago", unary((span, now) => new Date(now.getTime() - millisecondsOf(span)))],
  ["not", unary((value) => (value === null ? null : !booleanOf(value)))],
  ["isempty", unary(isEmpty)],
  ["isnotempty", unary((value) => !isEmpty(value))],
  ["tostring", unary(toText)],
  ["tolong", unary(toLong)],
  ["toint", unary(toLong)],
  ["todatetime", unary(toDate)],
  ["tolower", unary((value) => textOf(value).toLowerCase())],
  ["strlen", unary((value) => BigInt(Array.from(textOf(value)).length))],
  ["parse_json", unary(parseJson)],
  [
    "array_length",
    unary((value) => (value instanceof Dynamic && Array.isArray(value.json) ? BigInt(value.json.length) : null)),
  ],
  [
    "substring",
    ([text, from, length]) => substring(textOf(text), longOf(from), length === undefined ? length : longOf(length)),
  ],
  ["split", ([text, by, ...rest]) => splitOf(textOf(text), textOf(by), rest)],
  ["strcat", (args) => args.map(toText).join("")],
  ["coalesce", (args) => args.find((value) => value !== null && value !== "") ?? args.at(-1) ?? null],
  ["iff", ([condition, met, unmet]) => (condition === true ? met : unmet) ?? null],
  ["max_of", (args) => args.reduce(greater)],
  ["bin", ([value, size]) => binOf(value ?? null, size ?? null)],
  ["datetime_diff", ([period, later, earlier]) => boundariesBetween(textOf(period), later ?? null, earlier ?? null)],
]);

export function booleanOf(value: Value | undefined): boolean {
  if (typeof value === "boolean") return value;
  throw new Error(`not a bool: ${kindOf(value)}`);
}

export function textOf(value: Value | undefined): string {
  if (typeof value === "string") return value;
  throw new Error(`not a string: ${kindOf(value)}`);
}

function longOf(value: Value | undefined): bigint {
  if (typeof value === "bigint") return value;
  throw new Error(`not a long: ${kindOf(value)}`);
}

function millisecondsOf(value: Value): number {
  if (value instanceof Timespan) return value.milliseconds;
  throw new Error(`not a timespan: ${kindOf(value)}`);
}

/** What is not JSON becomes a dynamic string. */
function parseJson(value: Value): Value {
  if (value instanceof Dynamic || value === null) return value;
  const text = textOf(value);
  try {
    return dynamicOf(jsonSchema.parse(JSON.parse(text)));
  } catch {
    return dynamicOf(text);
  }
}

function splitOf(text: string, by: string, rest: readonly Value[]): Value {
  if (rest.length > 0 || by === "") throw new Error("not done: split like this");
  return dynamicOf(text.split(by));
}

export function greater(left: Value, right: Value): Value {
  if (left === null || right === null) return left ?? right;
  return compare(left, right) >= 0 ? left : right;
}

function binOf(value: Value, size: Value): Value {
  if (value === null) return null;
  if (!(value instanceof Date)) throw new Error("not done: bin of what is no datetime");
  const span = millisecondsOf(size);
  if (86_400_000 % span !== 0) throw new Error("not done: bins that no day is made of");
  return new Date(Math.floor(value.getTime() / span) * span);
}

const periods: Readonly<Record<string, number>> = { hour: 3_600_000, second: 1000 };

/** How many full hours or seconds of the clock lie between the two, not how much time. */
function boundariesBetween(period: string, later: Value, earlier: Value): Value {
  const length = periods[period];
  if (length === undefined) throw new Error(`not done: datetime_diff of ${period}`);
  if (!(later instanceof Date && earlier instanceof Date)) return null;
  return BigInt(Math.floor(later.getTime() / length) - Math.floor(earlier.getTime() / length));
}
