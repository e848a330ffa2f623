import type { BackupContext, VaultInStore } from "../backup/context.ts";
import { enabledTiers } from "../catalog/tiers.ts";
import { KeyBackupError, printable, toKeyBackupError } from "../errors/key-backup-error.ts";
import { assumedPrices, estimateRun, type CountedVault, type RunEstimate } from "./estimate.ts";
import { oneLine, plural, table } from "./text.ts";

export interface BackupPlan extends RunEstimate {
  /** Vaults that a run would not back up, or that could not be counted. */
  readonly refused: readonly { readonly vault: string; readonly code: string; readonly message: string }[];
}

/** Lists the keys of the vaults, and nothing more: what a run would cost, without a run. */
export async function planBackup(
  names: readonly string[],
  context: BackupContext,
  onVaultDone: () => void,
): Promise<BackupPlan> {
  const vaults = chooseVaults(names, context);
  const refused: BackupPlan["refused"][number][] = [...(names.length === 0 ? context.vaultProblems : [])];
  const counted: CountedVault[] = [];
  for (const place of vaults) {
    try {
      counted.push(await countKeys(place, vaults, context));
    } catch (thrown) {
      const { code, message } = toKeyBackupError(thrown, `list keys of ${place.vault.name}`);
      refused.push({ vault: place.vault.name, code, message });
    }
    onVaultDone();
  }
  return { ...estimateRun(counted, enabledTiers(context.settings.keepDays).length), refused };
}

function chooseVaults(names: readonly string[], { vaults }: BackupContext): readonly VaultInStore[] {
  if (names.length === 0) return vaults;
  return names.map((name) => {
    const wanted = name.toLowerCase();
    const found = vaults.find(
      ({ vault }) => vault.name.toLowerCase() === wanted || vault.host.toLowerCase() === wanted,
    );
    if (found) return found;
    const message = `plan a run: "${printable(name, 60)}" is not a configured vault that is backed up`;
    throw new KeyBackupError("vault-not-configured", message);
  });
}

async function countKeys(
  { vault }: VaultInStore,
  vaults: readonly VaultInStore[],
  context: BackupContext,
): Promise<CountedVault> {
  const sharing = vaults.filter(
    ({ vault: other }) => other.subscriptionId === vault.subscriptionId && other.region === vault.region,
  );
  const requestsPerSecond = context.requestsPerSecond(sharing.length);
  const keyVault = context.openVault(vault, requestsPerSecond);
  let keys = 0;
  let keysOfCertificates = 0;
  for await (const page of keyVault.listKeys())
    for (const { managed } of page.keys)
      if (managed) keysOfCertificates += 1;
      else keys += 1;
  return { vault: vault.name, keys, keysOfCertificates, listCalls: keyVault.requestCount(), requestsPerSecond };
}

export function planText(plan: BackupPlan, refreshDays: number): string {
  const rows = plan.vaults.map((each) => [
    each.vault,
    each.keys,
    each.keysOfCertificates,
    each.calls,
    Math.round(each.requestsPerSecond),
    minutesText(each.minutes),
    each.blobs,
  ]);
  const head = ["vault", "keys", "of certificates", "calls", "calls/s", "minutes", "blobs"];
  const { keyVaultOperations, writes } = assumedPrices;
  return [
    table(head, rows),
    "",
    `In all ${plural(plan.calls, "call")} to Key Vault, ${durationText(plan.minutes)}, ${plural(plan.blobs, "blob")},`,
    `at most $${Math.max(0.01, plan.costAtMostInUsd).toFixed(2)} a run at $${keyVaultOperations} per 10,000 operations and $${writes} per 10,000 writes;`,
    "what is stored costs besides, and your price sheet is what counts.",
    "Keys over 2,048 bits and HSM keys weigh more at Key Vault's limit, so they take longer.",
    ...(refreshDays > 0 ? [`Later runs take less: unchanged keys are kept for up to ${refreshDays} days.`] : []),
    ...plan.refused.map(({ vault, code, message }) => oneLine(`Left out: ${vault}: ${code}: ${message}`)),
  ].join("\n");
}

const durationText = (minutes: number): string =>
  minutes < 0.1 ? "a few seconds" : `${minutesText(minutes)} minutes or more`;

const minutesText = (minutes: number): string => (minutes < 0.1 ? "under 0.1" : minutes.toFixed(1));
