import { startAzurite } from "../../local/azurite/azurite.ts";
import { createBlobStore } from "../../src/azure/blob-store.ts";
import { systemClock } from "../../src/azure/clock.ts";
import { createMemoryStore } from "../memory/memory-store.ts";
import { describeBackupStore } from "./backup-store-contract.ts";

describeBackupStore("the memory store", () =>
  Promise.resolve({
    openStore: () => Promise.resolve(createMemoryStore(systemClock)),
    close: () => Promise.resolve(),
  }),
);

describeBackupStore("Azurite, with a create-only signature,", async () => {
  const azurite = await startAzurite();
  let containers = 0;
  return {
    async openStore() {
      containers += 1;
      const name = `contract-${containers}`;
      await azurite.createContainers([name]);
      return createBlobStore({
        containerUrl: `${azurite.accountUrl()}/${name}`,
        sas: azurite.createOnlySas(),
        clock: systemClock,
        listPageSize: 10,
      });
    },
    close: () => azurite.close(),
  };
});
