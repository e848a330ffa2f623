import { geographyOf, unknownRegion } from "../geography/geography-rule.ts";
import { normalizeRegion } from "../geography/region-table.ts";
import { refuse, type Refusal } from "./refusal.ts";
import type { BackupFacts, GuardOptions, TargetFacts } from "./restore-facts.ts";

interface Place {
  readonly geography: string;
  readonly cloud: string;
}

/** Geography, cloud, subscription, and where the target itself says it is. */
export function* judgePlaces(backup: BackupFacts, target: TargetFacts, options: GuardOptions): Generator<Refusal> {
  const configured = geographyOf(target.region, options.regions);
  if (configured === undefined)
    yield refuse(
      "region-unknown",
      `Of vault "${target.name}", ${unknownRegion(target.region, options.regions)}.`,
      "A backup never goes where the geography is not known.",
      "Correct the vault's region, or add one that is new with KEY_BACKUP_EXTRA_REGIONS.",
    );
  const places: [words: string, place: Place | undefined][] = [[`vault "${target.name}" is configured in`, configured]];
  const observed = observedPlace(target, options);
  if (observed !== undefined) places.push([`vault "${target.name}" answers from`, observed]);
  const crossings = places.flatMap(([words, place]) => (place ? [crossing(backup, words, place, options)] : []));
  const told = new Set<string>();
  for (const refusal of crossings) {
    if (refusal === undefined || told.has(refusal.code)) continue;
    told.add(refusal.code);
    yield refusal;
  }
  yield* judgeSubscription(backup, target);
  yield* judgeObserved(target, options);
}

function observedPlace({ observed }: TargetFacts, { regions }: GuardOptions): Place | undefined {
  return observed?.region === undefined ? undefined : geographyOf(observed.region, regions);
}

/** The border that lies between the backup and the place, where both sides of it are known. */
function crossing(
  { keyName, source }: BackupFacts,
  words: string,
  place: Place,
  { regions }: GuardOptions,
): Refusal | undefined {
  if (source === undefined) return undefined;
  const home = geographyOf(source.region, regions);
  const why = "Key Vault opens a backup only in the geography that it was taken in, and a backup never leaves it.";
  const remedy = "Restore to a vault of the backup's own geography.";
  if (home !== undefined && home.cloud !== place.cloud) {
    const what = `Key "${keyName}" was backed up in the cloud ${home.cloud}; ${words} ${place.cloud}.`;
    return refuse("cloud-differs", what, why, remedy);
  }
  const foreign = [home?.geography, source.geography].find(
    (geography) => geography !== undefined && geography !== "" && geography !== place.geography,
  );
  if (foreign === undefined) return undefined;
  const what = `Key "${keyName}" was backed up in the geography ${foreign}; ${words} ${place.geography}.`;
  return refuse("geography-differs", what, why, remedy);
}

function* judgeSubscription({ keyName, source }: BackupFacts, target: TargetFacts): Generator<Refusal> {
  const from = source?.subscriptionId?.toLowerCase();
  if (from === undefined || from === target.subscriptionId.toLowerCase()) return;
  yield refuse(
    "subscription-differs",
    `Key "${keyName}" was backed up in the subscription ${from}; vault "${target.name}" is in ${target.subscriptionId.toLowerCase()}.`,
    "Key Vault opens a backup only in the subscription that it was taken in.",
    "Restore to a vault of that subscription. If the vault has moved between the two since, attempt subscription-differs.",
  );
}

function* judgeObserved(target: TargetFacts, { observedRegion: policy }: GuardOptions): Generator<Refusal> {
  const { name, region, observed } = target;
  if (observed === undefined) return;
  const observedRegion = observed.region?.trim() ?? "";
  if (observedRegion === "") {
    if (policy === "require")
      yield refuse(
        "target-region-unverified",
        `Vault "${name}" does not say in which region it is; ${normalizeRegion(region)} is configured.`,
        "KEY_BACKUP_OBSERVED_REGION is require, so that its place must be seen.",
        "Find out what removes the vault's headers on the way, or attempt target-region-unverified.",
      );
    return;
  }
  if (normalizeRegion(observedRegion) === normalizeRegion(region)) return;
  yield refuse(
    "target-region-differs",
    `Vault "${name}" answers from ${normalizeRegion(observedRegion)}; ${normalizeRegion(region)} is configured.`,
    "Either it has failed over, and is read-only then, or the configuration is wrong about it.",
    "Wait for the end of the failover, or correct the vault's region; else attempt target-region-differs.",
  );
}
