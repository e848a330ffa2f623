import { logTables } from "../log-tables.ts";
import { emptyOf, ingestedAt, type Table } from "./scope.ts";
import { dynamicOf, jsonSchema, type Json, type Value } from "./values.ts";

/** What a test says of a row. Instants are dates, longs are bigints, and a bag is plain JSON. */
export type LogRow = Readonly<Record<string, bigint | Date | Json>> & {
  readonly TimeGenerated: Date;
};

/** A table of the workspace: columns that a row does not name are empty. Received 3 minutes after they were made. */
export function logTable(name: keyof typeof logTables, rows: readonly LogRow[], absent: readonly string[] = []): Table {
  const columns = logTables[name]
    .split(",")
    .map((column) => column.trim().split(":"))
    .map(([column = "", type = ""]) => ({ name: column, type }))
    .filter((column) => !absent.includes(column.name));
  const known = new Set(columns.map((column) => column.name));
  return {
    columns,
    rows: rows.map((row) => {
      const unknown = Object.keys(row).filter((column) => !known.has(column) && column !== ingestedAt);
      if (unknown.length > 0) throw new Error(`${name} has no column ${unknown.join()}`);
      const received = row[ingestedAt] ?? new Date(row.TimeGenerated.getTime() + 180_000);
      return new Map([
        ...columns.map(({ name: column, type }) => [column, cellOf(row[column], type)] as const),
        [ingestedAt, received instanceof Date ? received : null] as const,
      ]);
    }),
  };
}

function cellOf(cell: LogRow[string] | undefined, type: string): Value {
  if (cell === undefined) return emptyOf(type);
  if (type === "dynamic") return dynamicOf(jsonSchema.parse(cell));
  if (type === "datetime" && cell instanceof Date) return cell;
  if (typeof cell !== "object" && typeof cell === scalars[type]) return cell;
  throw new Error(`not a ${type}: ${typeof cell}`);
}

const scalars: Readonly<Record<string, string>> = {
  string: "string",
  guid: "string",
  int: "bigint",
  long: "bigint",
  real: "number",
  bool: "boolean",
};
