import { fileURLToPath } from "node:url";
import { spawnFunctionsHost, type SpawnedFunctionsHost } from "../functions-host/spawn.ts";
import { startStandIns, type StandIns } from "../stand-ins.ts";
import { stayUp } from "../stay-up.ts";
import { changeVaults } from "./change-vaults.ts";
import { demoStores, demoVaults } from "./demo-vaults.ts";
import { followRun } from "./follow-run.ts";
import { bold, dim, heading, say, table } from "./printing.ts";
import { openStores, type DemoVault } from "./open-stores.ts";
import { playRestore } from "./restore-act.ts";
import { reportRun } from "./run-report.ts";
import { showBackup } from "./show-backup.ts";
import { showDeletedKey, showRefusal } from "./show-manifest.ts";

const appDirectory = fileURLToPath(new URL("../..", import.meta.url));

export interface Demo {
  readonly standIns: StandIns;
  readonly host: SpawnedFunctionsHost;
  readonly vaults: readonly DemoVault[];
}

/** The main job on stand-ins: what it prints is read back from the store, the vaults and the app's own HTTP answers. */
export async function runDemo({ keep }: { readonly keep: boolean }): Promise<void> {
  const startedAt = performance.now();
  say(bold("Key Vault Backup: a night of it, on this machine"));
  const standIns = await startStandIns({
    vaults: demoVaults,
    stores: demoStores,
    emulator: { paging: "ragged", latency: { baseInMs: 4, jitterInMs: 4 } },
  });
  try {
    const host = await spawnFunctionsHost({
      appDirectory,
      env: standIns.env({ KEY_BACKUP_REFRESH_DAYS: "30", KEY_BACKUP_ROLE: "all" }),
    });
    try {
      const demo = { standIns, host, vaults: openStores(standIns, demoVaults) };
      await playActs(demo);
      say(`\n${dim(`${((performance.now() - startedAt) / 1000).toFixed(0)} s in all.`)}`);
      if (keep) await stayUp(demo);
    } finally {
      await host.stop();
    }
  } finally {
    await standIns.close();
  }
}

async function playActs(demo: Demo): Promise<void> {
  const { standIns, host, vaults } = demo;
  heading(1, "What is there: real keys in four vaults, two stores with a create-only signature");
  showVaults(demo);

  heading(2, "The timer fires: nightlyBackup starts a run, the queue carries one message a vault");
  const first = await backUpByTimer(host);
  await followRun(host, first);
  await reportRun(first, demo);

  heading(3, "One vault was refused, before its first backup");
  await showRefusal(demo, first);

  heading(4, "What is stored are the bytes of Backup Key, and nothing else");
  await showBackup(demo, first);

  heading(5, "The next day: keys rotate, appear and vanish, and somebody asks for a run");
  await changeVaults(standIns);
  const second = await backUpByRequest(host);
  await followRun(host, second);
  await reportRun(second, demo);
  await showDeletedKey(demo, second, vaults[2]);

  heading(6, "The worst day: a deleted key comes back, and a restore that may not be is refused");
  await playRestore(demo);
}

function showVaults({ vaults, standIns }: Demo): void {
  table(
    ["vault", "keys", "configured region", "answers from", "store"],
    demoVaults.map(({ name, configuredRegion, region }, index) => [
      name,
      standIns.emulator.vault(name).keyNames().length,
      configuredRegion,
      region,
      vaults[index]?.store.geography ?? "",
    ]),
  );
}

async function backUpByTimer(host: SpawnedFunctionsHost): Promise<string> {
  const result = await host.fireTimer("nightlyBackup");
  if (result.outcome === "failed") throw new Error(`nightlyBackup failed: ${result.error}`);
  const runs: { runs: { runId: string }[] } = JSON.parse(await (await host.fetch("/api/runs?limit=1")).text());
  const runId = runs.runs[0]?.runId;
  if (runId === undefined) throw new Error("the timer started no run");
  say(`  GET /api/runs/${runId}`);
  return runId;
}

async function backUpByRequest(host: SpawnedFunctionsHost): Promise<string> {
  const body = { reason: "after the key rotation", vaults: demoVaults.slice(0, 3).map(({ name }) => name) };
  const response = await host.fetch("/api/backups", { method: "POST", body: JSON.stringify(body) });
  const { runId }: { runId: string } = JSON.parse(await response.text());
  say(`  POST /api/backups ${JSON.stringify(body)}`);
  say(`  ${response.status} Location: ${response.headers.get("location") ?? ""}`);
  return runId;
}
