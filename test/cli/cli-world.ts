import { startStandIns, type StandIns, type StandInVault } from "../../local/stand-ins.ts";

const subscriptionId = "5ab51234-0000-4000-8000-00000000c0de";
const created = "2025-03-14T09:26:53Z";

const payments: StandInVault = {
  name: "contoso-payments",
  region: "westeurope",
  subscriptionId,
  sku: "premium",
  keys: [
    { name: "signing", type: "EC", versions: 3, created },
    { name: "wrapping", type: "RSA", created },
    { name: "hsm-root", type: "RSA-HSM", created },
    { name: "www-contoso-com", type: "RSA", managed: true, created },
  ],
};

const identity: StandInVault = {
  name: "contoso-identity",
  region: "northeurope",
  subscriptionId,
  keys: [{ name: "tenant", type: "EC", count: 3, created }],
};

/** Configured in West Europe. It is not there. */
const archive: StandInVault = {
  name: "contoso-archive",
  region: "eastus2",
  configuredRegion: "westeurope",
  subscriptionId,
  keys: [{ name: "archive", type: "EC", created }],
};

const store = { account: "europestore", region: "westeurope", replication: "GZRS" } as const;

/** Two vaults in order and, when asked for, one that is not where its configuration says. */
export function startCliWorld({ withMisplaced }: { readonly withMisplaced: boolean }): Promise<StandIns> {
  const vaults = withMisplaced ? [payments, identity, archive] : [payments, identity];
  return startStandIns({ vaults, stores: [store] });
}
