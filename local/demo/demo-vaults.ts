import type { KeySeed, VaultSeed } from "../key-vault-emulator/config.ts";

const subscriptionId = "5ab51234-0000-4000-8000-00000000c0de";
const lastYear = "2025-03-14T09:26:53Z";

/** Keys as they are met in the field: every type and state. */
const everyState: KeySeed[] = [
  { name: "signing-p256", type: "EC", curve: "P-256", versions: 4, created: lastYear },
  { name: "signing-p384", type: "EC", curve: "P-384", created: lastYear },
  { name: "signing-p521", type: "EC", curve: "P-521", created: lastYear },
  { name: "ledger-secp256k1", type: "EC", curve: "P-256K", created: lastYear },
  { name: "wrap-3072", type: "RSA", size: 3072, created: lastYear },
  { name: "wrap-4096", type: "RSA", size: 4096, versions: 3, created: lastYear },
  { name: "TDE-Protector", type: "RSA", versions: 12, created: lastYear, tags: { owner: "sql-platform" } },
  { name: "retired-2023", type: "RSA", enabled: false, created: lastYear },
  { name: "expired-license", type: "EC", expires: "2024-12-31T00:00:00Z", created: lastYear },
  { name: "not-yet-valid", type: "EC", notBefore: "2031-01-01T00:00:00Z", created: lastYear },
  { name: "www-contoso-com", type: "RSA", managed: true, created: lastYear },
  {
    name: "rotated-yearly",
    type: "RSA",
    versions: 6,
    created: lastYear,
    rotationPolicy: { lifetimeActions: [{ trigger: { timeAfterCreate: "P1Y" }, action: { type: "Rotate" } }] },
  },
];

const hsmKeys: KeySeed[] = [
  { name: "hsm-root", type: "RSA-HSM", size: 3072, created: lastYear },
  { name: "hsm-signing", type: "EC-HSM", curve: "P-384", versions: 2, created: lastYear },
  { name: "hsm-symmetric", type: "oct-HSM", created: lastYear },
];

export const demoVaults: readonly (VaultSeed & { readonly configuredRegion: string })[] = [
  {
    name: "contoso-payments",
    region: "westeurope",
    configuredRegion: "westeurope",
    subscriptionId,
    sku: "premium",
    keys: [...everyState, ...hsmKeys, { name: "merchant", type: "RSA", count: 60, created: lastYear }],
  },
  {
    name: "contoso-identity",
    region: "northeurope",
    configuredRegion: "northeurope",
    subscriptionId,
    keys: [...everyState, { name: "tenant", type: "EC", count: 40, created: lastYear }],
  },
  {
    name: "contoso-retail",
    region: "eastus",
    configuredRegion: "eastus",
    subscriptionId,
    keys: [{ name: "store", type: "EC", count: 80, created: lastYear }, ...everyState],
  },
  {
    // Its configuration says West Europe. It is not there.
    name: "contoso-archive",
    region: "eastus2",
    configuredRegion: "westeurope",
    subscriptionId,
    keys: [{ name: "archive", type: "RSA", count: 5, created: lastYear }],
  },
];

export const demoStores = [
  { account: "europestore", region: "westeurope", replication: "GZRS" },
  { account: "usstore", region: "eastus", replication: "GZRS" },
] as const;
