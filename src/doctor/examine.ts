import type { Warning } from "../catalog/manifest.ts";
import type { Store, Vault } from "../catalog/store.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { ObservedRegionPolicy } from "../geography/observed-region.ts";
import type { RegionTable } from "../geography/region-table.ts";
import type { Clock } from "../ports/clock.ts";
import type { KeyVault } from "../ports/key-vault.ts";
import { checkHistory } from "./check-history.ts";
import { checkPlace, checkRegion, regionNotProbed } from "./check-place.ts";
import { checkStore } from "./check-store.ts";
import { checkTenant, checkVaultRights } from "./check-vault.ts";
import type { HistoryFacts, VaultFacts } from "./facts.ts";
import { failed, good, hintOf, notProbed, type Finding } from "./finding.ts";
import { gatherHealth, gatherHistory } from "./gather-history.ts";
import { gatherStore, type StoreToProbe } from "./gather-store.ts";
import { gatherVault, type SendToRestore } from "./gather-vault.ts";
import { inTurns } from "./in-turns.ts";

export interface Examination {
  readonly clock: Clock;
  readonly regions: RegionTable;
  readonly observedRegion: ObservedRegionPolicy;
  /** A vault is late when its last good run began longer ago: two schedule periods. */
  readonly lateAfterInMs: number;
  readonly stores: readonly StoreToProbe[];
  readonly vaults: readonly PlacedVault[];
  /** Vaults that are only restored to. */
  readonly spares: readonly Vault[];
  /** Vaults that the configuration leaves out, and why. */
  readonly vaultProblems: readonly { readonly vault: string; readonly code: ErrorCode; readonly message: string }[];
  openVault(vault: Vault): KeyVault;
  /** Present when the right to restore is to be probed too. */
  readonly sendToRestore?: SendToRestore;
  /** Told after each store and vault. */
  onProgress(): void;
}

export interface PlacedVault {
  readonly vault: Vault;
  readonly store: Store;
  readonly warnings: readonly Warning[];
}

const mostVaultsAtOnce = 8;

/** Everything that can be known before the worst day, in the order settings, stores, vaults. Changes nothing anywhere. */
export async function examine(examination: Examination): Promise<readonly Finding[]> {
  const { clock, stores, vaults, regions, vaultProblems } = examination;
  const findings: Finding[] = vaultProblems.map(({ vault, code, message }) =>
    failed({ subject: vault, check: "settings" }, code, message, hintOf(code)),
  );
  if (findings.length === 0)
    findings.push(good({ subject: "settings", check: "settings" }, "every setting can be used"));
  for (const store of stores) {
    findings.push(...checkStore(await gatherStore(store, clock), regions));
    examination.onProgress();
  }
  const health = await gatherHealth(vaults, clock.now(), examination.lateAfterInMs);
  const examined = await inTurns(vaults, mostVaultsAtOnce, async (place) => {
    const facts = await gatherVault(place.vault, examination.openVault(place.vault), examination.sendToRestore);
    const known = health.get(place.vault.host);
    const history = known && (await gatherHistory(place, known));
    examination.onProgress();
    return { place, facts, history };
  });
  const spares = await inTurns(examination.spares, mostVaultsAtOnce, async (vault) => {
    const facts = await gatherVault(vault, examination.openVault(vault), examination.sendToRestore);
    examination.onProgress();
    return facts;
  });
  const tenants = tenantsOf(examined.map(({ facts }) => facts));
  for (const one of examined) findings.push(...checkVault(one, tenants, examination));
  for (const facts of spares) findings.push(...checkSpare(facts, examination));
  return findings;
}

/** Of a vault that is never backed up, only the way to it, its region and the right to restore count. */
function checkSpare(facts: VaultFacts, { observedRegion: policy, regions: table }: Examination): readonly Finding[] {
  const rights = checkVaultRights(facts).filter(({ check }) => check === "reachable" || check === "restore");
  if (facts.list !== "permitted") return rights;
  return [...rights, checkRegion(facts.vault, facts.region, { policy, table })];
}

interface Examined {
  readonly place: PlacedVault;
  readonly facts: VaultFacts;
  readonly history: HistoryFacts | undefined;
}

function checkVault(
  { place, facts, history }: Examined,
  tenants: ReadonlyMap<string, ReadonlySet<string>>,
  { observedRegion: policy, regions: table }: Examination,
): readonly Finding[] {
  const { vault } = place;
  const subject = vault.name;
  const tenant = {
    now: facts.tenantId,
    atLastRun: history?.newest?.tenantId,
    ofSubscription: tenants.get(vault.subscriptionId) ?? new Set<string>(),
  };
  const unread = notProbed({ subject, check: "last-run" }, "its store can't be read", "Mend the store first.");
  return [
    ...checkPlace(place),
    ...checkVaultRights(facts),
    facts.list === "permitted" ? checkRegion(vault, facts.region, { policy, table }) : regionNotProbed(vault),
    checkTenant(subject, tenant),
    ...(history ? checkHistory(history) : [unread]),
  ];
}

function tenantsOf(vaults: readonly VaultFacts[]): ReadonlyMap<string, ReadonlySet<string>> {
  const tenants = new Map<string, Set<string>>();
  for (const { vault, tenantId } of vaults)
    if (tenantId !== undefined)
      tenants.set(vault.subscriptionId, (tenants.get(vault.subscriptionId) ?? new Set()).add(tenantId));
  return tenants;
}
