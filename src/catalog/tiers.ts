/** The containers of a store that hold recovery points, in the order in which a run completes them. */
export const tiers = ["yearly", "monthly", "daily"] as const;
export type Tier = (typeof tiers)[number];

/** Days that a tier's manifests are kept; 0 turns a tier off. `daily` is always on. */
export type KeepDays = Readonly<Record<Tier, number>>;

/** A manifest may be written so long after its run began, never later. */
export const longestRunInDays = 2;

/** Lifecycle rules run once a day. */
const slackInDays = longestRunInDays + 1;

export function enabledTiers(keepDays: KeepDays): readonly Tier[] {
  return tiers.filter((tier) => keepDays[tier] > 0);
}

/** The tiers that keep longer than `daily`. */
export function longerTiers(keepDays: KeepDays): readonly Exclude<Tier, "daily">[] {
  return tiers.filter((tier): tier is Exclude<Tier, "daily"> => tier !== "daily" && keepDays[tier] > 0);
}

/** How many days older than its manifest's run a backup may be that the manifest points at. */
export function longestPointerAgeInDays(tier: Tier, refreshDays: number): number {
  if (tier === "yearly") return 366;
  return tier === "monthly" ? 31 : Math.max(7, refreshDays);
}

/** Promise 4 as arithmetic: days a tier's blobs must be kept so that no manifest outlives one it points at. */
export function blobDays(tier: Tier, keepDays: KeepDays, refreshDays: number): number {
  return keepDays[tier] + longestPointerAgeInDays(tier, refreshDays) + slackInDays;
}

/** The part of a run id that all runs of the tier's period share: a year, a month, or for `daily` the run itself. */
export function periodOf(tier: Tier, runId: string): string {
  if (tier === "yearly") return runId.slice(0, 4);
  return tier === "monthly" ? runId.slice(0, 6) : runId;
}
