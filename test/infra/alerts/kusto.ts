import * as z from "zod";
import { logTables } from "./log-tables.ts";

/** A node of Kusto's own syntax tree, with what its analysis knows of it. */
export interface Syntax {
  readonly kind: string;
  /** The source: of a token without, of other nodes with the comments before it. */
  readonly text: string;
  /** What a string literal says. */
  readonly literal: string;
  readonly parts: ReadonlyMap<string, Syntax>;
  /** Elements of a list, without their separators. */
  readonly items: readonly Syntax[];
  /** What a tabular expression returns. */
  readonly columns: readonly Column[];
}
export interface Column {
  readonly name: string;
  readonly type: string;
}

interface List<T> {
  readonly Count: number;
  getItem(index: number): T;
}
interface KustoNode {
  readonly Kind: number;
  readonly ChildCount: number;
  readonly Text?: string;
  readonly Value?: unknown;
  readonly ResultType?: {
    readonly Columns?: List<{ readonly Name: string; readonly Type: { readonly Name: string } }>;
  } | null;
  GetChild(index: number): KustoNode | null;
  GetName(index: number): string | null;
  toString(): string;
}
interface KustoCode {
  readonly Syntax: KustoNode;
  GetDiagnostics(): List<{ readonly Message: string }>;
}
interface KustoGlobal {
  readonly Language: {
    readonly GlobalState: { readonly Default: { WithDatabase(database: unknown): unknown } };
    readonly KustoCode: { ParseAndAnalyze(query: string, globals: unknown): KustoCode };
    readonly Syntax: { readonly SyntaxKind: Readonly<Record<string, unknown>> };
    readonly Symbols: {
      readonly TableSymbol: {
        readonly $ctor7: new (name: string, schema: string, description: string | null) => unknown;
      };
      readonly DatabaseSymbol: { readonly $ctor1: new (name: string, members: unknown[], isOpen: boolean) => unknown };
    };
  };
}

// The language service of Kusto, compiled from C#: it leaves its types on the global object.
await import("@kusto/language-service-next/bridge.min.js");
await import("@kusto/language-service-next/Kusto.Language.Bridge.min.js");
const { Language } = z.custom<KustoGlobal>((value) => value !== undefined).parse(Reflect.get(globalThis, "Kusto"));
const { DatabaseSymbol, TableSymbol } = Language.Symbols;
/** Columns of tables, as Kusto writes them: `name:type, name:type`. */
export type Schemas = Readonly<Record<string, string>>;

function analyse(query: string, schemas: Schemas): KustoCode {
  const tables = Object.entries(schemas).map(([name, columns]) => new TableSymbol.$ctor7(name, `(${columns})`, null));
  const globals = Language.GlobalState.Default.WithDatabase(new DatabaseSymbol.$ctor1("workspace", tables, false));
  return Language.KustoCode.ParseAndAnalyze(query, globals);
}

const kinds = new Map(Object.entries(Language.Syntax.SyntaxKind).map(([name, kind]) => [kind, name]));

const listOf = <T>(list: List<T>): T[] => Array.from({ length: list.Count }, (_, index) => list.getItem(index));

const problemsIn = (code: KustoCode): string[] => listOf(code.GetDiagnostics()).map(({ Message }) => Message);

/** What Kusto has against a query: syntax, unknown tables, columns and functions. */
export const queryProblems = (query: string): string[] => problemsIn(analyse(query, logTables));

// Kusto takes a tenth of a second for a query, and tests run the same one on many rows.
const analysed = new Map<string, Syntax>();

/** The tree of a query over tables with these columns. Throws what Kusto has against it. */
export function syntaxOf(query: string, schemas: Schemas): Syntax {
  const asked = JSON.stringify([query, schemas]);
  const syntax = analysed.get(asked) ?? analysedSyntax(query, schemas);
  analysed.set(asked, syntax);
  return syntax;
}

function analysedSyntax(query: string, schemas: Schemas): Syntax {
  const code = analyse(query, schemas);
  const problems = problemsIn(code);
  if (problems.length > 0) throw new Error(problems.join("; "));
  return convert(code.Syntax);
}

function convert(node: KustoNode): Syntax {
  const children = Array.from({ length: node.ChildCount }, (_, index) => ({
    name: node.GetName(index),
    child: node.GetChild(index),
  })).flatMap(({ name, child }) => (child === null ? [] : [{ name, syntax: convert(child) }]));
  const unnamed = children.filter(({ name }) => !name).map(({ syntax }) => syntax);
  return {
    kind: kinds.get(node.Kind) ?? String(node.Kind),
    text: node.Text ?? node.toString().trim(),
    literal: typeof node.Value === "string" ? node.Value : "",
    parts: new Map(children.flatMap(({ name, syntax }) => (name ? [[name, syntax] as const] : []))),
    items: unnamed.map((item) => (item.kind === "SeparatedElement" ? (item.items[0] ?? item) : item)),
    columns: listOf(node.ResultType?.Columns ?? { Count: 0, getItem: () => ({ Name: "", Type: { Name: "" } }) }).map(
      ({ Name, Type }) => ({ name: Name, type: Type.Name }),
    ),
  };
}
