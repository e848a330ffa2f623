import type { Command } from "commander";
import { isFinished, type RunState, type VaultProgress } from "../catalog/run-state.ts";
import { createCommand, openSession, type CommonOptions, type Host } from "./command.ts";
import { countOption } from "./count-option.ts";
import { openApp, type Opened } from "./open-app.ts";
import { readRunManifests, type VaultReport } from "./run-manifests.ts";
import { bytesText, minuteText, oneLine, table } from "./text.ts";

/** `runs [RUN]`: the runs that the stores know, or how one went. */
export const runsCommand = (host: Host): Command =>
  createCommand({
    usage: "runs [run]",
    summary: "list the runs, or tell how one went",
    description:
      "Lists the runs that the stores know, newest first; with the id of one, its vaults and every key that failed.",
    examples: [
      ["runs", "the newest 20 runs"],
      ["runs 20261124t020000z-1f3a9c", "one run: its vaults, warnings, and the keys that failed"],
      ["runs --json --limit 1", "the newest run, for a script"],
    ],
  })
    .addOption(countOption("--limit <count>", "list at most so many runs", 20))
    .action(async (runId: string | undefined, options: CommonOptions & { readonly limit: number }) => {
      const session = openSession(host, options);
      const opened = await openApp();
      if (runId === undefined) {
        const runs = await listRuns(opened, options.limit);
        session.report({ runs }, () => runsTable(runs));
        return;
      }
      const run = await opened.app.readRun(runId);
      const reports = await readRunManifests(run, opened.context.stores);
      session.report({ ...run, state: stateOf(run), reports }, () => runText(run, reports));
    });

interface ListedRun {
  readonly runId: string;
  readonly startedAt: string;
  readonly trigger: string;
  readonly reason?: string;
  readonly state: string;
  readonly vaults: number;
  readonly keys: number;
  readonly failedKeys: number;
}

async function listRuns({ app }: Opened, limit: number): Promise<readonly ListedRun[]> {
  const states = await app.readRuns((await app.listRunIds()).slice(0, limit));
  return states.map((run) => ({
    runId: run.runId,
    startedAt: run.startedAt,
    trigger: run.trigger,
    ...(run.reason && { reason: run.reason }),
    state: stateOf(run),
    vaults: run.vaults.length,
    keys: sum(run, ({ manifest, stored }) => manifest?.keys ?? stored?.keys ?? 0),
    failedKeys: sum(run, ({ manifest }) => manifest?.failed ?? 0),
  }));
}

const sum = ({ vaults }: RunState, count: (vault: VaultProgress) => number): number =>
  vaults.reduce((total, vault) => total + count(vault), 0);

/** One word for a run: how its vaults ended, or that some have not. */
export function stateOf(run: RunState): string {
  const states = new Set(run.vaults.map(({ state }) => state));
  if (!isFinished(run)) return states.has("stalled") ? "stalled" : "running";
  const [only] = states;
  return states.size === 1 && only ? only : "partial";
}

function runsTable(runs: readonly ListedRun[]): string {
  if (runs.length === 0) return "No store knows a run.";
  const head = ["run", "started", "trigger", "state", "vaults", "keys", "failed", "reason"];
  const rows = runs.map((run) => {
    const { runId, startedAt, trigger, state, vaults, keys, failedKeys, reason } = run;
    return [runId, minuteText(startedAt), trigger, state, vaults, keys, failedKeys, reason];
  });
  return table(head, rows);
}

export function runText(run: RunState, reports: readonly VaultReport[]): string {
  const { runId, trigger, reason, startedAt, vaults } = run;
  const title = `Run ${runId}: ${stateOf(run)}, started ${minuteText(startedAt)} by ${trigger}${reason ? ` (${reason})` : ""}`;
  const rows = vaults.map(({ name, geography, state, manifest, stored }) => [
    name,
    geography,
    state,
    manifest?.keys ?? stored?.keys ?? 0,
    manifest?.failed,
    manifest && bytesText(manifest.bytes),
    minuteText(manifest?.finishedAt),
    manifest?.code,
  ]);
  const head = ["vault", "geography", "state", "keys", "failed", "stored", "finished", "code"];
  return [oneLine(title), "", table(head, rows), ...reports.flatMap(reportLines)].join("\n");
}

const mostKeysShown = 50;

function reportLines({ vault, reason, warnings, keys }: VaultReport): readonly string[] {
  const lines = [
    ...(reason ? [reason] : []),
    ...warnings.map(({ code, message }) => `warning ${code}: ${message}`),
    ...keys.slice(0, mostKeysShown).map(({ name, code, reason: why }) => `${name}: ${code ?? "failed"}: ${why ?? ""}`),
    ...(keys.length > mostKeysShown ? [`and ${keys.length - mostKeysShown} more keys (--json lists all)`] : []),
  ];
  return ["", `${oneLine(vault)}:`, ...lines.map((line) => `  ${oneLine(line)}`)];
}
