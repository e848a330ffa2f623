import * as z from "zod";
import { logTables } from "./log-tables.ts";

interface Diagnostics {
  readonly Count: number;
  getItem(index: number): { readonly Message: string };
}
interface KustoGlobal {
  readonly Language: {
    readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
    readonly KustoCode: { ParseAndAnalyze(query: string, globals: unknown): { GetDiagnostics(): Diagnostics } };
    readonly Symbols: {
      readonly TableSymbol: { readonly $ctor7: new (name: string, schema: string, description: string | null) => unknown };
      readonly DatabaseSymbol: { readonly $ctor1: new (name: string, members: unknown[], isOpen: boolean) => unknown };
    };
  };
}

// The language service of Kusto, compiled from C#: it leaves its types on the global object.
await import("@kusto/language-service-next/bridge.min.js");
await import("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
const { Language } = z.custom<KustoGlobal>((value) => value !== undefined).parse(Reflect.get(globalThis, "Kusto"));
const { DatabaseSymbol, TableSymbol } = Language.Symbols;
const tables = Object.entries(logTables).map(([name, columns]) => new TableSymbol.$ctor7(name, `(${columns})`, null));
const globals = Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.$ctor1("workspace", tables, false));

/** What Kusto has against a query: syntax, unknown tables, columns and functions. */
export function queryProblems(query: string): string[] {
  const found = Language.KustoCode.ParseAndAnalyze(query, globals).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, index) => found.getItem(index).Message);
}
