import { createBlobStore } from "../../src/azure/blob-store.ts";
import { systemClock } from "../../src/azure/clock.ts";
import type { BackupStore } from "../../src/ports/backup-store.ts";
import { geographyOf } from "../../src/geography/geography-rule.ts";
import { regionTable } from "../../src/geography/region-table.ts";
import type { StandIns } from "../stand-ins.ts";
import { demoStores, type demoVaults } from "./demo-vaults.ts";

/** A vault with the `daily` container of its store, opened to read: with the same signature that the app has. */
export interface DemoVault {
  readonly name: string;
  readonly store: { readonly geography: string; readonly account: string; readonly daily: BackupStore };
}

export function openStores({ azurite }: StandIns, vaults: typeof demoVaults): readonly DemoVault[] {
  const geography = (region: string): string => geographyOf(region, regionTable)?.geography ?? "";
  return vaults.map(({ name, configuredRegion }) => {
    const store = demoStores.find(({ region }) => geography(region) === geography(configuredRegion));
    if (!store) throw new Error(`no store is in the geography of ${name}`);
    const { account } = store;
    const containerUrl = `${azurite.accountUrl(account)}/daily`;
    const daily = createBlobStore({ containerUrl, sas: azurite.createOnlySas(account), clock: systemClock });
    return { name, store: { geography: geography(configuredRegion), account, daily } };
  });
}
