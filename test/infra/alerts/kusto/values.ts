import * as z from "zod";

/** A value of a query: `bigint` is an int or a long, `number` a real. A string is never null, it is empty. */
export type Value = string | bigint | number | boolean | Date | Timespan | Dynamic | null;

export class Timespan {
  readonly milliseconds: number;
  constructor(milliseconds: number) {
    this.milliseconds = milliseconds;
  }
}

export const jsonSchema = z.json();
export type Json = z.infer<typeof jsonSchema>;

export class Dynamic {
  readonly json: Exclude<Json, null>;
  constructor(json: Exclude<Json, null>) {
    this.json = json;
  }
}

export const dynamicOf = (json: Json | undefined): Dynamic | null =>
  json === undefined || json === null ? null : new Dynamic(json);

/** Of an array by index, of a bag by name. What is not there is null. */
export function memberOf(value: Value, member: Value): Dynamic | null {
  if (value === null) return null;
  if (!(value instanceof Dynamic)) throw new Error(`no members in ${typeof value}`);
  const { json } = value;
  if (Array.isArray(json)) return typeof member === "bigint" ? dynamicOf(json[Number(member)]) : null;
  if (typeof json !== "object" || typeof member !== "string") return null;
  return dynamicOf(Object.entries(json).find(([name]) => name === member)?.[1]);
}

export function toText(value: Value): string {
  if (value === null) return "";
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Timespan) throw new Error("not done: the text of a timespan");
  if (!(value instanceof Dynamic)) return String(value);
  return typeof value.json === "object" ? JSON.stringify(value.json) : String(value.json);
}

export function toLong(value: Value): bigint | null {
  const plain = value instanceof Dynamic ? value.json : value;
  if (typeof plain === "bigint") return plain;
  if (typeof plain === "number") return BigInt(Math.trunc(plain));
  if (typeof plain === "boolean") return plain ? 1n : 0n;
  return typeof plain === "string" && /^\s*-?\d+\s*$/.test(plain) ? BigInt(plain.trim()) : null;
}

export function toDate(value: Value): Date | null {
  if (value instanceof Date) return value;
  const text = value instanceof Dynamic ? value.json : value;
  if (typeof text !== "string") return null;
  const date = new Date(text);
  return Number.isNaN(date.getTime()) ? null : date;
}

/** Below, at or above zero as in sorting. Throws for what Kusto would not compare. */
export function compare(left: Exclude<Value, null>, right: Exclude<Value, null>): number {
  const [a, b] = [ordinal(left), ordinal(right)];
  if (typeof a === "string" ? typeof b === "string" : typeof b !== "string" && sameKind(left, right)) {
    return a < b ? -1 : a > b ? 1 : 0;
  }
  throw new Error(`not comparable: ${kindOf(left)} and ${kindOf(right)}`);
}

function ordinal(value: Exclude<Value, null>): string | bigint | number {
  if (value instanceof Date) return value.getTime();
  if (value instanceof Timespan) return value.milliseconds;
  if (value instanceof Dynamic) throw new Error("not comparable: dynamic");
  return typeof value === "boolean" ? Number(value) : value;
}

export const kindOf = (value: Value | undefined): string =>
  typeof value === "object" && value !== null ? value.constructor.name : typeof value;
const isNumber = (value: Value): boolean => typeof value === "bigint" || typeof value === "number";
const sameKind = (left: Exclude<Value, null>, right: Exclude<Value, null>): boolean =>
  (isNumber(left) && isNumber(right)) || kindOf(left) === kindOf(right);

/** The same for values that a grouping or a join puts together, and only for those. */
export function keyOf(values: readonly Value[]): string {
  return JSON.stringify(values.map((value) => [value === null ? "null" : kindOf(value), toText(value)]));
}
