import { formatCompletedLine, type CompletedLine } from "../catalog/completed-line.ts";
import type { KeyEntry } from "../catalog/entry.ts";
import { chainTips, type ListedManifest } from "../catalog/manifest-list.ts";
import { manifestFormat, writeManifest, type Manifest, type ManifestHead } from "../catalog/manifest.ts";
import { readManifestFacts, writeManifestFacts } from "../catalog/manifest-facts.ts";
import { manifestPath, parseKeyBlobPath } from "../catalog/paths.ts";
import { longerTiers, type Tier } from "../catalog/tiers.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { Attempt } from "./attempt.ts";
import { countOutcomes, oldestBackupAt, statusOf } from "./tallies.ts";
import { tierKeys } from "./tier-manifest.ts";

/** Why a vault failed as a whole. */
export type VaultFailure = Pick<KeyBackupError, "code" | "message">;

/**
 * Writes the manifests, `daily` last of all: from then on the run of this vault is done. Resolves to `undefined` when a
 * twin wrote the daily manifest first.
 */
export async function finishVault(attempt: Attempt, failure?: VaultFailure): Promise<CompletedLine | undefined> {
  const { run, entries, warnings, tierFailures } = attempt;
  const longer = failure ? [] : await writeLongerTiers(attempt);
  confirmKept(attempt, new Set(longer.filter(({ created }) => created).map(({ address }) => address.tier)));
  for (const [tier, error] of tierFailures)
    warnings.add("tier-not-stored", `${tier} could not be written, and is due again in the next run: ${error.message}`);
  const daily = await createManifest(attempt, "daily", entries, failure);
  if (daily.outcome === "exists") return undefined;
  const line = completedLine(attempt, daily.manifest, [...longer.map(({ address }) => address), daily.address]);
  run.logger.info(formatCompletedLine(line));
  return line;
}

type Address = CompletedLine["manifests"][number];

/** A tier keeps a deleted key from the manifest on that names it: where none was written, the next run copies again. */
function confirmKept({ entries, history }: Attempt, written: ReadonlySet<Tier>): void {
  for (const [name, entry] of entries) {
    if (!entry.deleted) continue;
    const before = history.baseline?.keys.get(name)?.deleted?.keptIn ?? [];
    const keptIn = entry.deleted.keptIn.filter((tier) => before.includes(tier) || written.has(tier));
    entries.set(name, { ...entry, deleted: { ...entry.deleted, keptIn } });
  }
}

/** Each longer tier in which this run stored a key that was due gets a manifest of every key. */
async function writeLongerTiers(attempt: Attempt): Promise<readonly { created: boolean; address: Address }[]> {
  const { run, entries, tierEntries, tierFailures, history } = attempt;
  const written: { created: boolean; address: Address }[] = [];
  for (const tier of longerTiers(run.context.settings.keepDays)) {
    const stored = tierEntries[tier];
    if (stored.size === 0) continue;
    const held = history.held[tier] ?? new Map<string, KeyEntry>();
    try {
      const keys = tierKeys({ daily: entries, stored, held, failure: tierFailures.get(tier) });
      const { outcome, address } = await createManifest(attempt, tier, keys, undefined);
      written.push({ created: outcome === "created", address });
    } catch (error) {
      if (!(error instanceof KeyBackupError)) throw error;
      tierFailures.set(tier, error);
    }
  }
  return written;
}

async function createManifest(
  attempt: Attempt,
  tier: Tier,
  keys: ReadonlyMap<string, KeyEntry>,
  failure: VaultFailure | undefined,
): Promise<{ outcome: "created" | "exists"; manifest: Manifest; address: Address }> {
  const { run } = attempt;
  const manifest = buildManifest(attempt, tier, keys, failure);
  const bytes = writeManifest(manifest);
  const path = manifestPath(run.vault.host, run.runId);
  const facts = writeManifestFacts(manifest, bytes);
  const { outcome, blob } = await run.store.containers[tier].create(path, bytes, facts);
  const sha256 = readManifestFacts(blob.facts)?.sha256 ?? "";
  return { outcome: sha256 === facts["sha256"] ? "created" : outcome, manifest, address: { tier, path, sha256 } };
}

function buildManifest(
  attempt: Attempt,
  tier: Tier,
  keys: ReadonlyMap<string, KeyEntry>,
  failure: VaultFailure | undefined,
): Manifest {
  const { run } = attempt;
  const sorted = [...keys].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  const counts = countOutcomes(sorted);
  const warnings = tier === "daily" ? attempt.warnings.list() : [];
  const loud = tier === "daily" && warnings.some(({ code }) => code === "keys-gone" || code === "tier-not-stored");
  const ofThisRun = sorted.flatMap(({ backup }) =>
    backup && parseKeyBlobPath(backup.path)?.runId === run.runId ? backup : [],
  );
  const vaultFailed = failure !== undefined && counts.backedUp + counts.unchanged === 0;
  const status = failure && !vaultFailed ? "partial" : statusOf(counts, { vaultFailed, loud });
  const oldest = oldestBackupAt(sorted);
  return {
    head: { ...headOf(attempt, tier, failure), status, warnings: [...warnings] },
    keys: sorted,
    totals: {
      kind: "totals",
      status,
      counts,
      keysGone: tier === "daily" ? attempt.keysGone : 0,
      bytes: ofThisRun.reduce((sum, { bytes }) => sum + bytes, 0),
      requests: attempt.keyVault.requestCount() - attempt.requestsBefore,
      ...(oldest && { oldestBackupAt: oldest }),
    },
  };
}

function headOf(
  attempt: Attempt,
  tier: Tier,
  failure: VaultFailure | undefined,
): Omit<ManifestHead, "status" | "warnings"> {
  const { run, history, observed } = attempt;
  const { plan, vault, store, context } = run;
  const { regions, toolVersion } = context.settings;
  const regionsUsed = new Set([vault.region, store.region, observed.region ?? vault.region]);
  return {
    kind: "head",
    format: manifestFormat,
    version: 1,
    run: {
      id: run.runId,
      trigger: plan.trigger,
      ...(plan.reason && { reason: plan.reason }),
      startedAt: plan.startedAt,
      finishedAt: context.clock.now().toISOString(),
      toolVersion,
    },
    tier,
    vault: {
      name: vault.name,
      host: vault.host,
      resourceId: vault.resourceId,
      ...(observed.tenantId && { tenantId: observed.tenantId }),
      region: vault.region,
      ...(observed.region && { observedRegion: observed.region }),
      geography: store.geography,
      operatorMadeRegions: [...regionsUsed].filter((region) => regions.get(region)?.operatorMade === true),
    },
    store: { url: store.url, region: store.region, geography: store.geography, replication: store.replication },
    ...(failure && { code: failure.code, reason: failure.message }),
    previous: chainTips(history.manifests[tier] ?? []).map(link),
    ...(history.baseline && { baseline: { tier: history.baseline.tier, runId: history.baseline.runId } }),
  };
}

const link = ({ runId, facts }: ListedManifest): { runId: string; sha256: string } => ({
  runId,
  sha256: facts?.sha256 ?? "",
});

function completedLine({ run }: Attempt, { head, totals }: Manifest, manifests: readonly Address[]): CompletedLine {
  const { kind: _kind, status, ...numbers } = totals;
  return {
    runId: run.runId,
    vault: run.vault.host,
    geography: run.store.geography,
    status,
    trigger: head.run.trigger,
    startedAt: head.run.startedAt,
    finishedAt: head.run.finishedAt,
    ...numbers,
    warnings: [...new Set(head.warnings.map(({ code }) => code))],
    ...(head.code && { code: head.code }),
    manifests: [...manifests],
  };
}
