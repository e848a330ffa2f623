import * as z from "zod";
import { completedEvent, completedLineSchema } from "../../src/catalog/completed-line.ts";

const restoreLine = z.object({
  restoreId: z.string(),
  target: z.string(),
  status: z.string(),
  counts: z.object({ restored: z.int(), alreadyThere: z.int(), refused: z.int(), failed: z.int() }),
  requestedBy: z.string(),
});

const lines: Readonly<Record<string, z.ZodType>> = { [completedEvent]: completedLineSchema, KeyRestoreCompleted: restoreLine };

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}

/** What a query asks of a log line that the line has not. Queries call the parsed line `line`. */
export function lineProblems(query: string): string[] {
  const events = [...query.matchAll(/(?:startswith|strlen\() ?"(\w+) "/g)].map((match) => match[1] ?? "");
  const unknown = events.filter((event) => !(event in lines)).map((event) => `no line ${event}`);
  const asked = [...query.matchAll(/\bline((?:\.\w+)+)/g)].map((match) => (match[1] ?? "").slice(1));
  const schemas = events.flatMap((event) => (event in lines ? [z.toJSONSchema(lines[event]!) as JsonSchema] : []));
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
