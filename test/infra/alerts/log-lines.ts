import * as z from "zod";
import {
  completedEvent,
  completedLineSchema,
  formatCompletedLine,
  type CompletedLine,
} from "../../../src/catalog/completed-line.ts";
import {
  formatRestoreLine,
  restoreEvent,
  restoreLineSchema,
  type RestoreLine,
} from "../../../src/catalog/restore-line.ts";
import type { LogRow } from "./kusto/log-table.ts";

const lines: Readonly<Record<string, z.ZodType>> = {
  [completedEvent]: completedLineSchema,
  [restoreEvent]: restoreLineSchema,
};

interface JsonSchema {
  readonly properties?: Readonly<Record<string, JsonSchema>> | undefined;
}
const jsonSchema: z.ZodType<JsonSchema> = z.object({
  properties: z
    .record(
      z.string(),
      z.lazy(() => jsonSchema),
    )
    .optional(),
});

/** What a query asks of a log line that the line has not. Queries call the parsed line `line`. */
export function lineProblems(query: string): string[] {
  const events = [...query.matchAll(/(?:startswith|strlen\() ?"(\w+) "/g)].map((match) => match[1] ?? "");
  const unknown = events.filter((event) => !(event in lines)).map((event) => `no line ${event}`);
  const asked = [...query.matchAll(/\bline((?:\.\w+)+)/g)].map((match) => (match[1] ?? "").slice(1));
  const schemas = events.flatMap((event) => (event in lines ? [jsonSchema.parse(z.toJSONSchema(lines[event]!))] : []));
  const missing = asked.filter((member) => !schemas.every((schema) => has(schema, member.split("."))));
  const renamed =
    /parse_json\(/.test(query) && !/\bline = parse_json\(/.test(query) ? ["the parsed line is not called line"] : [];
  return [...unknown, ...missing.map((member) => `no member ${member}`), ...renamed];
}

function has(schema: JsonSchema | undefined, path: readonly string[]): boolean {
  const [name, ...rest] = path;
  if (name === undefined) return true;
  const inner = schema?.properties?.[name];
  return inner !== undefined && has(inner, rest);
}

type TraceRow = LogRow & { readonly Message: string };

/** A row of AppTraces as the program logs a vault's run: written and checked by its own code. */
export function completedRow(TimeGenerated: Date, change: Partial<CompletedLine> = {}): TraceRow {
  const line = completedLineSchema.parse({
    runId: "20260301T010000Z-1a2b3c4d",
    vault: "kv-shop-prod.vault.azure.net",
    geography: "Europe",
    status: "succeeded",
    trigger: "schedule",
    startedAt: "2026-03-01T01:00:00Z",
    finishedAt: "2026-03-01T01:02:30Z",
    counts: { keys: 100, backedUp: 10, unchanged: 90, skipped: 0, failed: 0, deleted: 0 },
    keysGone: 0,
    bytes: 20_000,
    requests: 130,
    oldestBackupAt: "2026-02-20T01:00:00Z",
    warnings: [],
    manifests: [],
    ...change,
  });
  return { TimeGenerated, Message: formatCompletedLine(line) };
}

/** The same of a restore. */
export function restoreRow(TimeGenerated: Date, change: Partial<RestoreLine> = {}): TraceRow {
  const line = restoreLineSchema.parse({
    restoreId: "r-1",
    source: "kv-shop-prod.vault.azure.net",
    target: "kv-shop-restored.vault.azure.net",
    status: "succeeded",
    requestedBy: "operator@example.com",
    startedAt: "2026-03-01T09:00:00Z",
    finishedAt: "2026-03-01T09:01:00Z",
    counts: { keys: 3, restored: 2, alreadyThere: 1, refused: 0, failed: 0, notReached: 0 },
    attempted: [],
    codes: [],
    warnings: [],
    ...change,
  });
  return { TimeGenerated, Message: formatRestoreLine(line) };
}
