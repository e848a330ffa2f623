import { readManifest, type Manifest } from "../../src/catalog/manifest.ts";
import { manifestPath } from "../../src/catalog/paths.ts";
import type { DemoVault } from "./open-stores.ts";
import { bad, bytes, good, say, table, type Cell } from "./printing.ts";
import type { Demo } from "./run-demo.ts";

const head = [
  "vault",
  "status",
  "backed up",
  "unchanged",
  "skipped",
  "failed",
  "deleted",
  "stored",
  "took",
  "requests",
];

/** What a run came to, read from the manifests; the requests are the vault's own count. */
export async function reportRun(runId: string, { vaults, standIns }: Demo): Promise<void> {
  const rows: Cell[][] = [];
  const written: DemoVault[] = [];
  for (const vault of vaults) {
    const manifest = await readDaily(vault, runId);
    const emulated = standIns.emulator.vault(vault.name);
    const requests = emulated.requests().filter(({ at }) => manifest && at >= manifest.head.run.startedAt).length;
    if (manifest) rows.push([...rowOf(manifest), requests]);
    if (manifest) written.push(vault);
  }
  table(head, rows);
  const width = Math.max(...written.map(({ store }) => store.account.length));
  for (const { name, store } of written) say(`  ${store.account.padEnd(width)}  daily/${manifestPath(name, runId)}`);
}

export async function readDaily({ name, store }: DemoVault, runId: string): Promise<Manifest | undefined> {
  const path = manifestPath(name, runId);
  const stored = await store.daily.read(path);
  return stored && readManifest(stored, path);
}

function rowOf({ head: { run, status, vault }, totals }: Manifest): Cell[] {
  const { backedUp, unchanged, skipped, failed, deleted } = totals.counts;
  const took = `${((Date.parse(run.finishedAt) - Date.parse(run.startedAt)) / 1000).toFixed(1)} s`;
  const shown = { painted: status === "succeeded" ? good(status) : bad(status) };
  return [vault.name, shown, backedUp, unchanged, skipped, failed, deleted, bytes(totals.bytes), took];
}
