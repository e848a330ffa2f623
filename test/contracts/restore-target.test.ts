import { startKeyVaultEmulator } from "../../local/key-vault-emulator/emulator.ts";
import { systemClock } from "../../src/azure/clock.ts";
import { createFixedToken } from "../../src/azure/credential.ts";
import { createKeyVault } from "../../src/azure/key-vault.ts";
import { createRestoreTarget } from "../../src/azure/restore-target.ts";
import { createPacer } from "../../src/pacing/pacer.ts";
import { createMemoryKeys } from "../memory/memory-keys.ts";
import { createMemoryRestoreTarget } from "../memory/memory-restore-target.ts";
import { describeRestoreTarget } from "./restore-target-contract.ts";

describeRestoreTarget("the memory target", () => {
  const target = createMemoryRestoreTarget({ clock: systemClock, region: "northeurope" });
  const source = createMemoryKeys(systemClock);
  return Promise.resolve({
    target,
    backUp(name, versions) {
      source.add({ name, versions });
      const held = source.find(name);
      if (!held) throw new RangeError(name);
      return Promise.resolve({ bytes: target.backUp(held), versions: source.versionsOf(name) });
    },
    delete: (name) => target.delete(name),
    purge: (name) => target.purge(name),
    close: () => Promise.resolve(),
  });
});

describeRestoreTarget("the emulator, through the SDK,", async () => {
  const emulator = await startKeyVaultEmulator({
    paging: "ragged",
    vaults: [
      { name: "source", region: "westeurope" },
      { name: "target", region: "northeurope" },
    ],
  });
  const options = (name: string) => ({
    url: emulator.vault(name).url,
    host: `${name}.vault.azure.net`,
    credential: createFixedToken("local"),
    pacer: createPacer({ requestsPerSecond: 400, clock: systemClock }),
    clock: systemClock,
    local: true,
  });
  const source = createKeyVault(options("source"));
  const emulated = emulator.vault("target");
  return {
    target: createRestoreTarget(options("target")),
    async backUp(name, versions) {
      await emulator.vault("source").seed([{ name, type: "EC", versions }]);
      return { bytes: await source.backupKey(name), versions: emulator.vault("source").versionsOf(name).toReversed() };
    },
    delete: (name) => emulated.delete(name),
    purge: (name) => emulated.purge(name),
    close: () => emulator.close(),
  };
});
