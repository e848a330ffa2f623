import { readFileSync } from "node:fs";
import path from "node:path";
import type { Tier } from "../../../src/catalog/tiers.ts";
import { requestsPerSecond } from "../../../src/pacing/rate.ts";
import { snapshot, withFiles, type Resource } from "../bicep.ts";
import { root, type BicepServer } from "../bicep-server.ts";

const host: { extensions: { queues: { batchSize: number; maxPollingInterval: string } } } = JSON.parse(
  readFileSync(path.join(root, "host.json"), "utf8"),
);
export const hostQueues = host.extensions.queues;

/** What templates and host.json determine of a bill. */
export interface Facts {
  readonly rules: number;
  readonly memoryInGB: number;
  readonly limitShare: number;
  /** Messages that scaling gives to one instance. */
  readonly batchSize: number;
  readonly logDays: number;
  readonly softDeleteDays: number;
  readonly blobDays: Readonly<Record<Tier, number>>;
  readonly manifestDays: Readonly<Record<Tier, number>>;
}

export interface Scale {
  readonly vaults: number;
  readonly keys: number;
  readonly refreshDays: number;
  /** In the subscription and region that has most; all unless told. */
  readonly together?: number;
}

/** By the first words of the row of docs/deploy.md that has it. */
type Prices = (row: string) => number;

interface Line {
  readonly item: string;
  readonly quantity: number;
  readonly dollars: number;
  /** Absent: in the first month and after seven years alike. */
  readonly when?: "first" | "later";
}

const nights = 30;
const hours = nights * 24;
const GB = 1e9;
/** Sizes in bytes: a backup (assumed), an entry and a key's line in a manifest (measured), rows of logs, an execution's own logs (assumed). */
export const sizes = { backup: 7000, entry: 1000, line: 800, vaultRow: 1000, storeRow: 1500, execution: 20_000 };
/** An attempt takes new keys for so long. */
const sliceInSeconds = 480;

/** Of one vault, in a month of 30 nights in which the longer tiers are due as well. */
export function vaultMonth({ keys, refreshDays }: Scale) {
  const backups = refreshDays === 0 ? nights : nights / refreshDays + 1;
  return {
    backups,
    requests: nights * Math.ceil(keys / 25) + 4 * keys * backups,
    writes: 2 * keys * (backups + 2) + nights + 2,
    reads: nights * 6,
    listings: nights * 6,
  };
}

/** Of one hourly look at the runs: up to 20 vaults are asked for one by one. */
export function hourlyLook(vaults: number) {
  return vaults > 20 ? { reads: 1, listings: 1 + Math.ceil((36 * vaults) / 1000) } : { reads: 1 + vaults, listings: 1 };
}

function keptGB(scale: Scale, { blobDays, manifestDays, softDeleteDays }: Facts) {
  const { backups } = vaultMonth(scale);
  const perKey = sizes.backup + sizes.entry;
  const times = (days: Facts["blobDays"], daily: number) =>
    (days.daily + softDeleteDays) * daily +
    (days.monthly + softDeleteDays) / (365 / 12) +
    (days.yearly + softDeleteDays) / 365;
  const all = scale.vaults * scale.keys;
  return {
    first: (all * (perKey * (backups + 2) + sizes.line * (nights + 2))) / GB,
    later: (all * (perKey * times(blobDays, backups / nights) + sizes.line * times(manifestDays, 1))) / GB,
  };
}

/** Seconds that a vault takes in a night at the rate it is given, at least the one that is billed. */
function secondsOf(scale: Scale, { limitShare }: Facts): number {
  const sharing = { limitShare, vaultsOfSubscriptionAndRegion: scale.together ?? scale.vaults };
  return Math.max(1, vaultMonth(scale).requests / nights / requestsPerSecond(sharing));
}

function amountsOf(scale: Scale, facts: Facts) {
  const { vaults } = scale;
  const month = vaultMonth(scale);
  const look = hourlyLook(vaults);
  const requests = vaults * month.requests;
  const writes = vaults * month.writes + nights;
  const reads = vaults * month.reads + hours * look.reads;
  const listings = vaults * month.listings + hours * look.listings;
  const seconds = secondsOf(scale, facts);
  const timers = hours + nights;
  const executions = nights * vaults * Math.ceil(seconds / sliceInSeconds) + timers;
  const gbSeconds = ((nights * vaults * seconds) / facts.batchSize + timers) * facts.memoryInGB;
  const logBytes =
    requests * sizes.vaultRow + (writes + reads + listings) * sizes.storeRow + executions * sizes.execution;
  // The first delete of a blob leaves an old version, which is deleted as well. Both are logged.
  const expiryGB = (2 * writes * sizes.storeRow) / GB;
  return { requests, writes, reads, listings, executions, gbSeconds, logGB: logBytes / GB, expiryGB };
}

export function linesOf(scale: Scale, facts: Facts, price: Prices): readonly Line[] {
  const { requests, writes, reads, listings, executions, gbSeconds, logGB, expiryGB } = amountsOf(scale, facts);
  const oldLogGB = ((logGB + expiryGB) * (facts.logDays - 31)) / nights;
  const kept = keptGB(scale, facts);
  const tenThousand = 10_000;
  const rows: readonly (readonly [string, number, number, Line["when"]?])[] = [
    ["requests to vaults", requests, price("10,000 Key Vault operations") / tenThousand],
    ["writes to the store", writes, price("10,000 writes") / tenThousand],
    ["reads of the store", reads, price("10,000 reads") / tenThousand],
    ["listings of the store, at *L*", listings, 0],
    ["GB kept, first month", kept.first, price("GB kept"), "first"],
    ["GB kept, after seven years", kept.later, price("GB kept"), "later"],
    ["GB of logs", logGB, price("GB of logs |")],
    ["GB of logs of what expires", expiryGB, price("GB of logs |"), "later"],
    ["GB of logs over 31 days old", oldLogGB, price("GB of logs, after"), "later"],
    ["alert rules", facts.rules, price("alert rule")],
    ["GB-seconds", gbSeconds, price("GB-second")],
    ["executions", executions, price("1,000,000 executions") / 1_000_000],
  ];
  return rows.map(([item, quantity, each, when]) => ({
    item,
    quantity,
    dollars: quantity * each,
    ...(when && { when }),
  }));
}

export function sumsOf(lines: readonly Line[]): { readonly first: number; readonly later: number } {
  const without = (other: Line["when"]) =>
    lines.filter(({ when }) => when !== other).reduce((total, { dollars }) => total + dollars, 0);
  return { first: without("later"), later: without("first") };
}

export function formatQuantity(n: number): string {
  if (Number.isInteger(n) || n >= 100) return Math.round(n).toLocaleString("en-US");
  return n.toFixed(n >= 10 ? 1 : 2);
}

export const formatDollars = (n: number): string => `$${n >= 100 ? formatQuantity(n + 1e-9) : n.toFixed(2)}`;

const group = (first: number, vaults: number): string => {
  const names = Array.from({ length: vaults }, (_, i) => `{ name: 'kv-${first + i}' }`).join("\n");
  return `{ subscriptionId: '11111111-1111-1111-1111-111111111111', resourceGroup: 'rg-${first}'
    region: 'eastus', privateEndpoints: isPrivate, vaults: [\n${names}\n] }`;
};

/** One stamp in East US with a ZRS store, and with everything else as it is by default. */
export async function deployed(
  bicep: BicepServer,
  vaults: number,
  { refreshDays = 0, isPrivate = false } = {},
): Promise<readonly Resource[]> {
  const firsts = Array.from({ length: Math.ceil(vaults / 500) }, (_, i) => i * 500);
  const text = `using 'ROOT/infra/main.bicep'
var isPrivate = ${isPrivate}
param environmentName = 'cost'
param alertEmails = ['operators@example.com']
param network = isPrivate ? 'private' : 'public'
param refreshDays = ${refreshDays}
param stamps = [{ geography: 'United States', region: 'eastus', store: { replication: 'ZRS' }, vaultGroups: [
${firsts.map((first) => group(first, Math.min(500, vaults - first))).join("\n")}
] }]
`;
  return withFiles({ "cost.bicepparam": text }, async (folder) => snapshot(bicep, `${folder}/cost.bicepparam`));
}

export const ofType = (resources: readonly Resource[], type: string) => resources.filter((each) => each.type === type);
const only = (resources: readonly Resource[], type: string, name = /./): Resource => {
  const [one, ...more] = ofType(resources, type).filter((each) => name.test(each.name));
  if (one === undefined || more.length > 0) throw new Error(`not one ${type}`);
  return one;
};

export function factsOf(resources: readonly Resource[]): Facts {
  const rules: { name: string; definition: { actions: { baseBlob: { delete: object } } } }[] = only(
    resources,
    "Microsoft.Storage/storageAccounts/managementPolicies",
  ).properties.policy.rules;
  const daysOf = (kind: string): Record<Tier, number> => {
    const days = (tier: Tier): number => {
      const rule = rules.find(({ name }) => name === `${tier}-${kind}`);
      return Number(Object.values(rule?.definition.actions.baseBlob.delete ?? {})[0]);
    };
    return { daily: days("daily"), monthly: days("monthly"), yearly: days("yearly") };
  };
  const app = only(resources, "Microsoft.Web/sites").properties.functionAppConfig;
  const blobs = only(resources, "Microsoft.Storage/storageAccounts/blobServices", /^kvbstore/).properties;
  return {
    rules: ofType(resources, "Microsoft.Insights/scheduledQueryRules").length,
    memoryInGB: app.scaleAndConcurrency.instanceMemoryMB / 1024,
    limitShare: Number(only(resources, "Microsoft.Web/sites/config").properties.KEY_BACKUP_LIMIT_SHARE),
    batchSize: hostQueues.batchSize,
    logDays: only(resources, "Microsoft.OperationalInsights/workspaces").properties.retentionInDays,
    softDeleteDays: blobs.deleteRetentionPolicy.days,
    blobDays: daysOf("blobs"),
    manifestDays: daysOf("manifests"),
  };
}
