import type { DeployedAlert } from "./deployed-queries.ts";
import { logTable, type LogRow } from "./kusto/log-table.ts";
import { run } from "./kusto/run.ts";
import type { Table } from "./kusto/scope.ts";
import { Dynamic, type Value } from "./kusto/values.ts";
import type { logTables } from "./log-tables.ts";

/** When the rules run in these tests. */
export const now = new Date("2026-03-01T12:00:00Z");
export const hoursAgo = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);

export type Rows = { readonly [name in keyof typeof logTables]?: readonly LogRow[] };

/** What an alert shows for these rows: nothing when it stays silent. Tables without a mention are not there. */
export function firing(alert: DeployedAlert, rows: Rows, absent: readonly string[] = []): Record<string, unknown>[] {
  const days = Number(/^P(\d+)D$/.exec(alert.windowSize)?.[1]);
  const seen = Object.fromEntries(
    Object.entries(rows).map(([name, all]) => [
      name,
      all.filter(({ TimeGenerated }) => TimeGenerated > hoursAgo(days * 24)),
    ]),
  );
  return answerOf(alert.query, seen, absent);
}

/** What a query answers, as plain objects of its columns. */
export function answerOf(query: string, rows: Rows, absent: readonly string[] = []): Record<string, unknown>[] {
  const { columns, rows: found } = run(query, tablesOf(rows, absent), now);
  return found.map((row) => Object.fromEntries(columns.map(({ name }) => [name, plain(row.get(name))])));
}

function tablesOf(rows: Rows, absent: readonly string[]): Record<string, Table> {
  const tables: Record<string, Table> = {};
  for (const name of ["AppTraces", "StorageBlobLogs", "AZKVAuditLogs", "AzureDiagnostics", "AzureActivity"] as const) {
    const those = rows[name];
    if (those !== undefined) tables[name] = logTable(name, those, absent);
  }
  return tables;
}

const plain = (value: Value | undefined): unknown => (value instanceof Dynamic ? value.json : value);

/** The one rule of this name. */
export function alertNamed(alerts: readonly DeployedAlert[], name: string): DeployedAlert {
  const found = alerts.find((alert) => alert.name === name);
  if (found === undefined) throw new Error(`no alert ${name}`);
  return found;
}
