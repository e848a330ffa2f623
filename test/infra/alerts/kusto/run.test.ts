import { describe, expect, it } from "vitest";
import { logTable, type LogRow } from "./log-table.ts";
import { run } from "./run.ts";
import { ingestedAt, type Table } from "./scope.ts";
import { Dynamic, type Value } from "./values.ts";

// What the reference of the query language says: https://learn.microsoft.com/kusto/query/
const now = new Date("2026-03-01T12:00:00Z");
const before = (hours: number): Date => new Date(now.getTime() - hours * 3_600_000);

const traces = (...rows: Partial<LogRow>[]): { AppTraces: Table } => ({
  AppTraces: logTable(
    "AppTraces",
    rows.map((row) => ({ TimeGenerated: now, ...row })),
  ),
});
const plain = (value: Value | undefined): unknown => (value instanceof Dynamic ? value.json : value);

/** Rows of a query, as objects of the columns it returns. */
const rowsOf = (query: string, tables: Readonly<Record<string, Table>> = traces()): Record<string, unknown>[] => {
  const { columns, rows } = run(query, tables, now);
  return rows.map((row) => Object.fromEntries(columns.map(({ name }) => [name, plain(row.get(name))])));
};

/** An expression over one row with these columns. */
const value = (expression: string, row: Partial<LogRow> = {}): unknown =>
  rowsOf(`AppTraces | project x = ${expression}`, traces(row))[0]?.["x"];

describe("operators between strings", () => {
  it.each([
    ['"aBc" == "aBc"', true],
    ['"aBc" == "abc"', false],
    ['"aBc" =~ "abc"', true],
    ['"aBc" !~ "abc"', false],
    ['"Fabrikam" startswith "fab"', true],
    ['"Fabrikam" !startswith "fab"', false],
    ['"Fabrikam" endswith "KAM"', true],
    ['"FabriKam" contains "BRik"', true],
    ['"FabriKam" !contains "BRik"', false],
    ['"North America" has "america"', true],
    ['"KustoExplorerQueryRun" has "Explorer"', false],
    ['"/subscriptions/x/storageAccounts/store" has "store"', true],
    ['"/subscriptions/x/storageAccounts/store2" has "store"', false],
    ['"microsoft.storage/storageaccounts/write" has "microsoft.storage"', true],
    ['"microsoft.storagecache/caches/write" has "microsoft.storage"', false],
    ['"a restored store" has "store"', true],
    ['"North America" has_any ("south", "america")', true],
    ['"North America" has_any (dynamic(["south", "north"]))', true],
    ['"North America" has_any ("amer", "nort")', false],
    ['"a" in ("A", "b")', false],
    ['"a" in (dynamic(["b", "a"]))', true],
    ['"a" in (dynamic([]))', false],
    ['"a" !in (dynamic(["b", "a"]))', false],
    ['"a" in~ ("A", "b")', true],
    ['"a" !in~ ("A", "b")', false],
  ])("%s is %s", (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });
});

describe("numbers, nulls and logic", () => {
  it.each([
    ["9 / 10", 0n],
    ["59 / 10", 5n],
    ["90 / 60.0", 1.5],
    ["1 + 2", 3n],
    ["7 > max_of(5, 69 / 10)", true],
    ['max_of(5, toint(""))', 5n],
    ['toint("") > 0', null],
    ['toint("") == 401', false],
    ['toint("") != 401', true],
    ['toint("") == toint("")', null],
    ['tolong("") + 1', null],
    ["toint(403.0)", 403n],
    ['toint("403")', 403n],
    ['toint("forbidden")', null],
    ["not(true and false)", true],
    ['toint("") > 0 or true', true],
    ['toint("") > 0 and false', false],
    ['not(toint("") > 0)', null],
    ['iff(toint("") > 0, 1, 2)', 2n],
  ])("%s is %s", (expression, expected) => {
    expect(value(expression)).toBe(expected);
  });

  it("keep no row of which a condition is null", () => {
    expect(rowsOf("AppTraces | where SeverityLevel > 0", traces({}, { SeverityLevel: 1n }))).toHaveLength(1);
    expect(rowsOf("AppTraces | where not(SeverityLevel > 0)", traces({}))).toHaveLength(0);
  });
});

describe("functions on strings, bags and instants", () => {
  const bag = { a: { b: "text" }, list: ["x", "y"], n: 3, none: null, "http://long/name": true };
  it.each([
    ['strlen("four")', 4n],
    ['substring("VaultBackup", 5)', "Backup"],
    ['substring("abcdefg", 1, 2)', "bc"],
    ['substring("abc", 9)', ""],
    ['tolower("ABC")', "abc"],
    ['strcat("a", 1, "b")', "a1b"],
    ['coalesce("", "b", "c")', "b"],
    ['coalesce(toint(""), 2)', 2n],
    ['isempty("")', true],
    ["isempty(Properties.nothing)", true],
    ["isnotempty(Properties.a.b)", true],
    ['split("/a/b", "/")', ["", "a", "b"]],
    ['tostring(split("/a/b", "/")[2])', "b"],
    ['tostring(split("/a/b", "/")[9])', ""],
    ['tostring(split("whole", "/")[0])', "whole"],
    ["tostring(Properties.a.b)", "text"],
    ["tostring(Properties.a)", '{"b":"text"}'],
    ["tostring(Properties.none)", ""],
    ["tostring(Properties.nothing.inside)", ""],
    ['tostring(Properties["http://long/name"])', "true"],
    ["tolong(Properties.n)", 3n],
    ["tolong(Properties.nothing)", null],
    ["array_length(Properties.list)", 2n],
    ["array_length(Properties.a)", null],
    ['tolong(parse_json("{\\"n\\":[1,2]}").n[1])', 2n],
    ['tostring(parse_json("no json"))', "no json"],
    ['tostring(parse_json("no json").member)', ""],
    ['tostring(parse_json("").member)', ""],
    ['datetime_diff("hour", todatetime("2017-10-31T01:00:00Z"), todatetime("2017-10-30T23:59:00Z"))', 2n],
    ['datetime_diff("hour", now(), todatetime("never"))', null],
    ['tostring(bin(todatetime("2017-05-17T10:21:00Z"), 1d))', "2017-05-17T00:00:00.000Z"],
    ['column_ifexists("Message", "else")', "the message"],
    ['column_ifexists("NoSuchColumn", "else")', "else"],
  ])("%s", (expression, expected) => {
    expect(value(expression, { Properties: bag, Message: "the message" })).toEqual(expected);
  });

  it("know when a row was received and when it was made", () => {
    const late = { TimeGenerated: before(5), [ingestedAt]: before(0.5) };
    expect(rowsOf("AppTraces | where ingestion_time() > ago(65m)", traces(late))).toHaveLength(1);
    expect(rowsOf("AppTraces | where TimeGenerated > ago(65m)", traces(late))).toHaveLength(0);
  });
});

describe("operators on tables", () => {
  const two = traces(
    { Message: "a", SeverityLevel: 1n },
    { Message: "b" },
    { Message: "a", SeverityLevel: 3n, TimeGenerated: before(30) },
  );

  it("count and summarize no rows as one, and by a column as none", () => {
    expect(rowsOf("AppTraces | count")).toEqual([{ Count: 0n }]);
    expect(rowsOf("AppTraces | summarize n = count(), latest = max(TimeGenerated)")).toEqual([{ n: 0n, latest: null }]);
    expect(rowsOf("AppTraces | summarize n = count() by Message")).toEqual([]);
  });

  it("summarize past nulls, by expressions too", () => {
    expect(
      rowsOf(
        "AppTraces | summarize n = count(), s = sum(SeverityLevel), m = max(SeverityLevel) by text = tolower(Message)",
        two,
      ),
    ).toEqual([
      { text: "a", n: 2n, s: 4n, m: 3n },
      { text: "b", n: 1n, s: 0n, m: null },
    ]);
    expect(rowsOf("AppTraces | summarize arg_max(TimeGenerated, SeverityLevel) by Message", two)[0]).toEqual({
      Message: "a",
      TimeGenerated: now,
      SeverityLevel: 1n,
    });
  });

  it("join what is missing on the right, and what is not", () => {
    const query = (kind: string): string =>
      `datatable(Message: string)["a", "c"] | join kind=${kind} (AppTraces | where SeverityLevel == 1 | project Message, SeverityLevel) on Message`;
    expect(rowsOf(query("leftanti"), two)).toEqual([{ Message: "c" }]);
    expect(rowsOf(query("leftouter"), two)).toEqual([
      { Message: "a", Message1: "a", SeverityLevel: 1n },
      { Message: "c", Message1: "", SeverityLevel: null },
    ]);
    expect(rowsOf(query("leftanti"))).toHaveLength(2);
  });

  it("sort descending, nulls last, unless they say otherwise", () => {
    const order = (by: string): unknown[] =>
      rowsOf(`AppTraces | order by ${by} | project SeverityLevel`, two).map((row) => row["SeverityLevel"]);
    expect(order("SeverityLevel")).toEqual([3n, 1n, null]);
    expect(order("SeverityLevel asc")).toEqual([null, 1n, 3n]);
    expect(order("SeverityLevel desc nulls first")).toEqual([null, 3n, 1n]);
    expect(order("Message asc, SeverityLevel desc")).toEqual([3n, 1n, null]);
  });

  it("extend from the row as it was, and replace a column", () => {
    expect(
      rowsOf("AppTraces | extend Message = strcat(Message, Message) | project Message", traces({ Message: "a" })),
    ).toEqual([{ Message: "aa" }]);
  });

  it("unite the tables that are there", () => {
    const query = "union isfuzzy=true (AppTraces | project Message), (StorageBlobLogs | project Message = Uri)";
    expect(rowsOf(query, traces({ Message: "a" }))).toEqual([{ Message: "a" }]);
    expect(rowsOf(query, { StorageBlobLogs: logTable("StorageBlobLogs", [{ TimeGenerated: now, Uri: "u" }]) })).toEqual(
      [{ Message: "u" }],
    );
    expect(() => run(query, {}, now)).toThrow("no table of a union");
  });
});

describe("what is not done, or is wrong, is an error", () => {
  it.each([
    ["AppTraces | take 1", "not done: TakeOperator"],
    ["AppTraces | project x = toupper(Message)", "not done: FunctionCallExpression"],
    ["AppTraces | where Message matches regex 'x'", "not done: MatchesRegexExpression"],
    ["AppTraces | where Message has '/x/'", "not documented"],
    ["AppTraces | summarize dcount(Message)", "not done"],
    ["AppTraces | join kind=inner AppTraces on Message", "not done: JoinOperator"],
    ["union AppTraces, AppTraces", "not done: UnionOperator"],
    ["AppTraces | where NoColumn == 1", "NoColumn"],
    ["StorageBlobLogs | count", "no table StorageBlobLogs"],
  ])("%s", (query, problem) => {
    expect(() => run(query, traces({ Message: "x" }), now)).toThrow(problem);
  });

  it("a row with a column that the table has not, or a cell of another type", () => {
    expect(() => logTable("AppTraces", [{ TimeGenerated: now, Mesage: "x" }])).toThrow("no column Mesage");
    expect(() => logTable("StorageBlobLogs", [{ TimeGenerated: now, StatusCode: 201n }])).toThrow("not a string");
  });
});
