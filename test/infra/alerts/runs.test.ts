import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { manifestPath } from "../../../src/catalog/paths.ts";
import { alertNamed, firing, hoursAgo, type Rows } from "./run-alert.ts";
import { BicepServer } from "../bicep-server.ts";
import { deployedQueries } from "./deployed-queries.ts";
import { completedRow } from "./log-lines.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

let deployed: Awaited<ReturnType<typeof deployedQueries>> = { alerts: [], items: [] };
beforeAll(async () => {
  deployed = await deployedQueries(bicep);
});

const shop = "kv-shop-prod.vault.azure.net";
const billing = "kv-billing.vault.azure.net";
const fire = (name: string, rows: Rows) => firing(alertNamed(deployed.alerts, `prod-westeurope-${name}`), rows);
const run = (hours: number, change: Parameters<typeof completedRow>[1] = {}) => completedRow(hoursAgo(hours), change);

describe("vault-late", () => {
  const late = (...AppTraces: ReturnType<typeof run>[]) =>
    fire("vault-late-1", { AppTraces }).map(({ vault }) => vault);
  const well = run(11, { vault: billing });

  it("names each vault when nothing arrives, and when nothing ever has", () => {
    expect(late()).toEqual([shop, billing]);
    expect(fire("vault-late-1", {})).toEqual([{ vault: shop }, { vault: billing }]);
  });

  it("is silent when each vault had its run", () => {
    expect(late(run(11), well)).toEqual([]);
  });

  it.each([
    ["a good run 29 hours ago", [run(29)], []],
    ["a good run 31 hours ago", [run(31)], [shop]],
    ["a partial run 29 hours ago", [run(29, { status: "partial" })], []],
    ["failed runs only", [run(5, { status: "failed" }), run(20, { status: "failed" })], [shop]],
    ["a failed run after a good one", [run(20), run(5, { status: "failed" })], []],
    ["a failed run, and a good one 31 hours ago", [run(31), run(5, { status: "failed" })], [shop]],
    ["a run of another vault", [run(5, { vault: "kv-else.vault.azure.net" })], [shop]],
    ["a run of a vault whose name only begins so", [run(5, { vault: `${shop}.example.com` })], [shop]],
    [
      "another vault whose text names this one",
      [run(5, { vault: "kv-else.vault.azure.net", runId: `","vault":"${shop}","status":"succeeded"` })],
      [shop],
    ],
    [
      "a line of another kind",
      [{ TimeGenerated: hoursAgo(5), Message: run(5).Message.replace("VaultBackupCompleted", "VaultBackupStarted") }],
      [shop],
    ],
    ["a line that was cut off", [{ TimeGenerated: hoursAgo(5), Message: run(5).Message.slice(0, -1) }], [shop]],
    [
      "a line with no status",
      [{ TimeGenerated: hoursAgo(5), Message: `VaultBackupCompleted {"vault":"${shop}"}` }],
      [shop],
    ],
    [
      "a line that quotes a good one",
      [{ TimeGenerated: hoursAgo(5), Message: `key "${run(5).Message}" was refused` }],
      [shop],
    ],
  ])("%s", (_case, rows, expected) => {
    expect(late(...rows, well)).toEqual(expected);
  });

  it("is one of each stamp, for the vaults of that stamp", () => {
    const ofBrazil = firing(alertNamed(deployed.alerts, "prod-brazilsouth-vault-late-1"), {
      AppTraces: [run(5), well],
    });
    expect(ofBrazil).toEqual([{ vault: "kv-brasil.vault.azure.net" }]);
  });
});

describe("no-manifest", () => {
  const store = () =>
    /AccountName == "(\w+)"/.exec(alertNamed(deployed.alerts, "prod-westeurope-no-manifest").query)?.[1] ?? "";
  const put = (hours: number, change: { readonly [column: string]: string } = {}) => ({
    TimeGenerated: hoursAgo(hours),
    AccountName: store(),
    OperationName: "PutBlob",
    StatusCode: "201",
    Uri: `https://${store()}.blob.core.windows.net:443/daily/${manifestPath(shop, "20260301T010000Z-1a2b3c4d")}`,
    ...change,
  });
  const missing = (...StorageBlobLogs: ReturnType<typeof put>[]) => fire("no-manifest", { StorageBlobLogs });

  it("fires when nothing arrives, and when nothing ever has", () => {
    expect(missing()).toEqual([{ manifests: 0n }]);
    expect(fire("no-manifest", {})).toEqual([{ manifests: 0n }]);
  });

  it("is silent after a manifest 29 hours ago", () => {
    expect(missing(put(29))).toEqual([]);
  });

  it.each([
    ["a manifest 31 hours ago", () => put(31)],
    ["a refused one", () => put(5, { StatusCode: "403" })],
    ["one in another account", () => put(5, { AccountName: "other" })],
    ["one in another tier", () => put(5, { Uri: put(5).Uri.replace("/daily/", "/monthly/") })],
    ["a backup", () => put(5, { Uri: put(5).Uri.replace("/manifests/", "/blobs/") })],
    ["a manifest that was read", () => put(5, { OperationName: "GetBlob", StatusCode: "200" })],
    ["a snapshot of a manifest", () => put(5, { OperationName: "SnapshotBlob" })],
  ])("fires with nothing but %s", (_case, row) => {
    expect(missing(row())).toHaveLength(1);
  });
});

const counts = { keys: 100, backedUp: 10, unchanged: 90, skipped: 0, failed: 0, deleted: 0 };
const failedOne = { status: "partial", counts: { ...counts, failed: 1 } } as const;

describe("keys-failed", () => {
  it.each([
    ["a key that failed", failedOne, true],
    ["a vault that failed as a whole", { status: "failed", code: "vault-unreachable" }, true],
    ["a partial run in which none failed", { status: "partial" }, false],
    ["a good run", {}, false],
  ] as const)("%s", (_case, change, fires) => {
    expect(fire("keys-failed", { AppTraces: [run(0.5, change)] })).toHaveLength(fires ? 1 : 0);
  });

  it("shows which run", () => {
    expect(fire("keys-failed", { AppTraces: [run(0.5, { status: "failed", code: "vault-unreachable" })] })).toEqual([
      {
        TimeGenerated: hoursAgo(0.5),
        vault: shop,
        runId: "20260301T010000Z-1a2b3c4d",
        status: "failed",
        failed: 0n,
        code: "vault-unreachable",
      },
    ]);
  });

  it("tells a run once, in the hour in which its line is received, be it late", () => {
    const old = run(2, failedOne);
    expect(fire("keys-failed", { AppTraces: [old] })).toEqual([]);
    expect(fire("keys-failed", { AppTraces: [{ ...old, $ingestedAt: hoursAgo(0.1) }] })).toHaveLength(1);
  });
});

describe("keys-gone", () => {
  it.each([
    [5, 10, false],
    [6, 10, true],
    [6, 59, true],
    [6, 60, false],
    [7, 69, true],
    [7, 70, false],
    [10, 100, false],
    [11, 100, true],
    [100, 1000, false],
    [101, 1000, true],
    [0, 0, false],
  ])("%i gone of %i", (keysGone, keys, fires) => {
    const rows = fire("keys-gone", { AppTraces: [run(0.5, { keysGone, counts: { ...counts, keys } })] });
    expect(rows).toHaveLength(fires ? 1 : 0);
  });
});
