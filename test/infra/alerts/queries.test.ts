import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BicepServer } from "../bicep-server.ts";
import { deployedQueries } from "./deployed-queries.ts";
import { queryProblems } from "./kusto.ts";
import { lineProblems } from "./log-lines.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

let deployed: Awaited<ReturnType<typeof deployedQueries>> = { alerts: [], items: [] };
beforeAll(async () => {
  deployed = await deployedQueries(bicep);
});

const alertQueries = () => deployed.alerts;
const workbookItems = () => deployed.items;
const all = () => [...alertQueries(), ...workbookItems()];

describe("the queries as they are deployed", () => {
  it("are there, with every placeholder filled in", () => {
    expect(alertQueries()).toHaveLength(23);
    expect(workbookItems()).toHaveLength(6);
    for (const { query } of all()) expect(query).not.toMatch(/__[A-Z_]+__/);
  });

  it("name only tables, columns and functions that exist", () => {
    expect(all().flatMap(({ name, query }) => queryProblems(query).map((problem) => `${name}: ${problem}`))).toEqual(
      [],
    );
  });

  it("name only log lines and members that the program writes", () => {
    expect(all().flatMap(({ name, query }) => lineProblems(query).map((problem) => `${name}: ${problem}`))).toEqual([]);
  });

  it("expect each vault that is backed up, by the host name that the program logs", () => {
    const late = alertQueries().find(({ name }) => name === "prod-westeurope-vault-late-1")?.query;
    expect(late).toContain('["kv-shop-prod.vault.azure.net","kv-billing.vault.azure.net"]');
    expect(late).not.toContain("kv-shop-restored");
  });
});

describe("a query that is wrong is found", () => {
  it.each([
    ["AppTraces | where Mesage has 'x'", "Mesage"],
    ["AppTracez | count", "AppTracez"],
    ["StorageBlobLogs | where StatusCode = '201'", ""],
  ])("%s", (query, word) => {
    expect(queryProblems(query).join()).toContain(word);
    expect(queryProblems(query)).not.toEqual([]);
  });

  it.each([
    ['AppTraces | where Message startswith "VaultBackupFinished "', "no line VaultBackupFinished"],
    [
      'AppTraces | where Message startswith "VaultBackupCompleted " | extend n = line.counts.lost',
      "no member counts.lost",
    ],
    ["AppTraces | extend p = parse_json(Message)", "the parsed line is not called line"],
  ])("%s", (query, problem) => {
    expect(lineProblems(query)).toEqual([problem]);
  });
});
