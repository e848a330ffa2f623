import { describe } from "vitest";
import { startKeyVaultEmulator } from "../../local/key-vault-emulator/emulator.ts";
import { systemClock } from "../../src/azure/clock.ts";
import { createFixedToken } from "../../src/azure/credential.ts";
import { createKeyVault } from "../../src/azure/key-vault.ts";
import { createPacer } from "../../src/pacing/pacer.ts";
import { createMemoryKeyVault } from "../memory/memory-key-vault.ts";
import { describeKeyVault } from "./key-vault-contract.ts";

describeKeyVault("the memory vault", () =>
  Promise.resolve({
    openVault() {
      const vault = createMemoryKeyVault({ clock: systemClock, region: "westeurope" });
      return Promise.resolve({
        vault,
        add: (keys) => Promise.resolve(vault.add(...keys)),
        rotate: (name) => Promise.resolve(vault.rotate(name)),
        delete: vault.delete,
        setRegion: (region) => vault.setRegion(region),
      });
    },
    close: () => Promise.resolve(),
  }),
);

const VAULTS = Array.from({ length: 40 }, (_, nth) => `contract-${nth}`);

describe.each(["dialled", "canonical"] as const)("with ids of the %s host", (kidHost) => {
  describeKeyVault("the emulator, through the SDK,", async () => {
    const emulator = await startKeyVaultEmulator({
      vaults: VAULTS.map((name) => ({ name, region: "westeurope" })),
      paging: "ragged",
      kidHost,
    });
    let opened = 0;
    return {
      openVault() {
        const emulated = emulator.vault(VAULTS[opened] ?? "");
        opened += 1;
        const vault = createKeyVault({
          url: emulated.url,
          host: `${emulated.name}.vault.azure.net`,
          credential: createFixedToken("local"),
          pacer: createPacer({ requestsPerSecond: 400, clock: systemClock }),
          clock: systemClock,
          local: true,
        });
        return Promise.resolve({
          vault,
          add: (keys) =>
            emulated.seed(
              keys.map(({ keyType: type, expiresAt: expires, ...key }) => ({
                ...key,
                ...(type === undefined ? {} : { type }),
                ...(expires === undefined ? {} : { expires }),
              })),
            ),
          rotate: (name) => emulated.rotate(name),
          delete: (name) => emulated.delete(name),
          setRegion: (region) => emulated.setRegion(region ?? null),
        });
      },
      close: () => emulator.close(),
    };
  });
});
