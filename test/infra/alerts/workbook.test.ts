import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { answerOf, hoursAgo, type Rows } from "./run-alert.ts";
import { BicepServer } from "../bicep-server.ts";
import { deployedQueries } from "./deployed-queries.ts";
import { completedRow, restoreRow } from "./log-lines.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

let deployed: Awaited<ReturnType<typeof deployedQueries>> = { alerts: [], items: [] };
beforeAll(async () => {
  deployed = await deployedQueries(bicep);
});

const itemNamed = (name: string) => {
  const item = deployed.items.find((one) => one.name === name);
  if (item === undefined) throw new Error(`no item ${name}`);
  return item;
};
const show = (name: string, rows: Rows) => answerOf(itemNamed(name).query, rows);
const counts = { keys: 100, backedUp: 10, unchanged: 90, skipped: 0, failed: 0, deleted: 0 };
const shop = "kv-shop-prod.vault.azure.net";
const brasil = "kv-brasil.vault.azure.net";

describe("last-good-run", () => {
  it("shows every vault, those without a good run first, then by age", () => {
    const AppTraces = [
      completedRow(hoursAgo(30)),
      completedRow(hoursAgo(6), { status: "partial", counts: { ...counts, failed: 2 } }),
      completedRow(hoursAgo(2), { status: "failed" }),
      completedRow(hoursAgo(20), { vault: brasil, geography: "Brazil" }),
      completedRow(hoursAgo(49), { vault: "kv-us-a.vault.azure.net" }),
    ];
    const none = {
      lastGoodRunAt: null,
      ageInHours: null,
      status: "",
      keys: null,
      failed: null,
      oldestBackupAt: null,
      geography: "",
    };
    const oldestBackupAt = new Date("2026-02-20T01:00:00Z");
    expect(show("last-good-run", { AppTraces })).toEqual([
      { vault: "kv-billing.vault.azure.net", ...none },
      { vault: "kv-us-a.vault.azure.net", ...none },
      { vault: "kv-us-b.vault.azure.net", ...none },
      {
        vault: brasil,
        lastGoodRunAt: hoursAgo(20),
        ageInHours: 20n,
        status: "succeeded",
        keys: 100n,
        failed: 0n,
        oldestBackupAt,
        geography: "Brazil",
      },
      {
        vault: shop,
        lastGoodRunAt: hoursAgo(6),
        ageInHours: 6n,
        status: "partial",
        keys: 100n,
        failed: 2n,
        oldestBackupAt,
        geography: "Europe",
      },
    ]);
  });
});

describe("keys-protected", () => {
  it("adds up the last run of each vault a day", () => {
    const AppTraces = [
      completedRow(hoursAgo(10)),
      completedRow(hoursAgo(1), { counts: { ...counts, backedUp: 0, unchanged: 95, failed: 5 } }),
      completedRow(hoursAgo(2), {
        vault: "kv-billing.vault.azure.net",
        counts: { ...counts, backedUp: 1, unchanged: 2 },
      }),
      completedRow(hoursAgo(2), { vault: brasil, geography: "Brazil" }),
      completedRow(hoursAgo(34)),
    ];
    expect(show("keys-protected", { AppTraces })).toEqual([
      { day: new Date("2026-02-28T00:00:00Z"), geography: "Europe", keys: 100n },
      { day: new Date("2026-03-01T00:00:00Z"), geography: "Europe", keys: 98n },
      { day: new Date("2026-03-01T00:00:00Z"), geography: "Brazil", keys: 100n },
    ]);
  });
});

describe("failures", () => {
  it("shows runs that did not go well, or warned, the newest first", () => {
    const AppTraces = [
      completedRow(hoursAgo(9)),
      completedRow(hoursAgo(8), { status: "failed", code: "vault-unreachable" }),
      completedRow(hoursAgo(7), { status: "partial", counts: { ...counts, failed: 1 } }),
      completedRow(hoursAgo(6), { warnings: ["keys-gone"], keysGone: 7, trigger: "http" }),
    ];
    const run = {
      vault: shop,
      runId: "20260301T010000Z-1a2b3c4d",
      trigger: "schedule",
      failed: 0n,
      gone: 0n,
      code: "",
      warnings: "[]",
    };
    expect(show("failures", { AppTraces })).toEqual([
      { ...run, TimeGenerated: hoursAgo(6), trigger: "http", status: "succeeded", gone: 7n, warnings: '["keys-gone"]' },
      { ...run, TimeGenerated: hoursAgo(7), status: "partial", failed: 1n },
      { ...run, TimeGenerated: hoursAgo(8), status: "failed", code: "vault-unreachable" },
    ]);
  });
});

describe("cost-of-runs", () => {
  it("adds up requests and bytes a day, and shows the longest run", () => {
    const AppTraces = [
      completedRow(hoursAgo(10)),
      completedRow(hoursAgo(9), { vault: brasil, requests: 70, bytes: 1000, finishedAt: "2026-03-01T01:10:00Z" }),
      completedRow(hoursAgo(34)),
    ];
    expect(show("cost-of-runs", { AppTraces })).toEqual([
      { day: new Date("2026-03-01T00:00:00Z"), runs: 2n, requests: 200n, bytes: 21_000n, longestRunInMinutes: 10 },
      { day: new Date("2026-02-28T00:00:00Z"), runs: 1n, requests: 130n, bytes: 20_000n, longestRunInMinutes: 2.5 },
    ]);
  });
});

describe("restores", () => {
  it("shows who restored what to where, the newest first", () => {
    const restore = {
      target: "kv-shop-restored.vault.azure.net",
      requestedBy: "operator@example.com",
      restored: 2n,
      alreadyThere: 1n,
      refused: 0n,
      failed: 0n,
    };
    const refused = {
      status: "refused",
      counts: { keys: 3, restored: 0, alreadyThere: 0, refused: 3, failed: 0, notReached: 0 },
    } as const;
    const AppTraces = [
      restoreRow(hoursAgo(3)),
      restoreRow(hoursAgo(2), { restoreId: "r-2", ...refused }),
      completedRow(hoursAgo(1)),
    ];
    expect(show("restores", { AppTraces })).toEqual([
      {
        ...restore,
        TimeGenerated: hoursAgo(2),
        restoreId: "r-2",
        status: "refused",
        restored: 0n,
        alreadyThere: 0n,
        refused: 3n,
      },
      { ...restore, TimeGenerated: hoursAgo(3), restoreId: "r-1", status: "succeeded" },
    ]);
  });
});

describe("key-operations", () => {
  it("counts calls by caller, answer and vault, under both names of the claim", () => {
    const resource = "/subscriptions/1/resourcegroups/rg-shop/providers/microsoft.keyvault/vaults/kv-shop-prod";
    const call = (
      hours: number,
      OperationName: string,
      claim: Readonly<Record<string, string>>,
      HttpStatusCode: bigint,
    ) => ({
      TimeGenerated: hoursAgo(hours),
      OperationName,
      Identity: { claim },
      HttpStatusCode,
      _ResourceId: resource,
    });
    const AZKVAuditLogs = [
      call(3, "KeyBackup", { oid: "a" }, 200n),
      call(2, "KeyBackup", { "http://schemas.microsoft.com/identity/claims/objectidentifier": "a" }, 200n),
      call(1, "KeyBackup", { oid: "b" }, 403n),
      call(4, "KeyRestore", { oid: "c" }, 200n),
      call(1, "KeyGet", { oid: "d" }, 200n),
    ];
    const vault = "kv-shop-prod";
    expect(show("key-operations", { AZKVAuditLogs })).toEqual([
      { OperationName: "KeyRestore", caller: "c", HttpStatusCode: 200n, vault, calls: 1n, lastAt: hoursAgo(4) },
      { OperationName: "KeyBackup", caller: "b", HttpStatusCode: 403n, vault, calls: 1n, lastAt: hoursAgo(1) },
      { OperationName: "KeyBackup", caller: "a", HttpStatusCode: 200n, vault, calls: 2n, lastAt: hoursAgo(2) },
    ]);
  });
});

describe("every item", () => {
  it("is shown here, and as what its columns make", () => {
    expect(deployed.items.map(({ name, visualization }) => `${name} ${visualization}`)).toEqual([
      "last-good-run table",
      "keys-protected timechart",
      "failures table",
      "cost-of-runs table",
      "restores table",
      "key-operations table",
    ]);
  });

  it("is empty, and no error, over tables without rows", () => {
    for (const { name, query } of deployed.items) {
      const rows = answerOf(query, { AppTraces: [], AZKVAuditLogs: [] });
      expect(rows).toHaveLength(name === "last-good-run" ? 5 : 0);
    }
  });
});
