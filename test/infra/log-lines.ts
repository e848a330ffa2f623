import * as z from "zod";
import { completedEvent, completedLineSchema } from "../../src/catalog/completed-line.ts";
import { restoreEvent, restoreLineSchema } from "../../src/catalog/restore-line.ts";

const lines: Readonly<Record<string, z.ZodType>> = {
  [completedEvent]: completedLineSchema,
  [restoreEvent]: restoreLineSchema,
};

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
}
const jsonSchema: z.ZodType<JsonSchema> = z.object({
  properties: z.record(z.string(), z.lazy(() => jsonSchema)).optional(),
});

/** What a query asks of a log line that the line has not. Queries call the parsed line `line`. */
export function lineProblems(query: string): string[] {
  const events = [...query.matchAll(/(?:startswith|strlen\() ?"(\w+) "/g)].map((match) => match[1] ?? "");
  const unknown = events.filter((event) => !(event in lines)).map((event) => `no line ${event}`);
  const asked = [...query.matchAll(/\bline((?:\.\w+)+)/g)].map((match) => (match[1] ?? "").slice(1));
  const schemas = events.flatMap((event) => (event in lines ? [jsonSchema.parse(z.toJSONSchema(lines[event]!))] : []));
  const missing = asked.filter((member) => !schemas.every((schema) => has(schema, member.split("."))));
  const renamed = /parse_json\(/.test(query) && !/\bline = parse_json\(/.test(query) ? ["the parsed line is not called line"] : [];
  return [...unknown, ...missing.map((member) => `no member ${member}`), ...renamed];
}

function has(schema: JsonSchema | undefined, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const inner = schema?.properties?.[name];
  return inner !== undefined && has(inner, rest);
}
