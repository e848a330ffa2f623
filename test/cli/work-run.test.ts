import { expect, it } from "vitest";
import type { VaultMessage } from "../../src/catalog/vault-message.ts";
import { workRun } from "../../src/cli/work-run.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import { createMemoryLogger } from "../memory/memory-logger.ts";

const message = (vault: string, slice = 1): VaultMessage => ({
  version: 1,
  runId: "20261124t020000z-1f3a9c",
  vault,
  slice,
  idleSlices: 0,
  requestsPerSecond: 10,
});

const unreachable = new KeyBackupError("vault-unreachable", "list keys of b: no answer");

it("works through continuations until the vault is complete", async () => {
  const slices: number[] = [];
  const app = {
    async backUpVault({ vault, slice }: VaultMessage) {
      slices.push(slice);
      if (slice === 3) return { outcome: "already-done" } as const;
      return { outcome: "continues", message: message(vault, slice + 1) } as const;
    },
    abandonVault: async () => undefined,
  };
  expect(await workRun([message("a")], app, createMemoryLogger(), () => undefined)).toEqual([]);
  expect(slices).toEqual([1, 2, 3]);
});

it("gives up a vault that throws, says why, and goes on with the others", async () => {
  const abandoned: string[] = [];
  let done = 0;
  const app = {
    async backUpVault({ vault }: VaultMessage) {
      if (vault === "b") throw unreachable;
      return { outcome: "already-done" } as const;
    },
    async abandonVault({ vault }: VaultMessage) {
      abandoned.push(vault);
    },
  };
  const logger = createMemoryLogger();
  const vaults = ["a", "b", "c", "d", "e", "f"];
  const givenUp = await workRun(
    vaults.map((vault) => message(vault)),
    app,
    logger,
    () => (done += 1),
  );
  expect(givenUp).toEqual([{ vault: "b", error: unreachable }]);
  expect(abandoned).toEqual(["b"]);
  expect(done).toBe(6);
  expect(logger.text()).toContain("error: b: list keys of b: no answer");
});

it("tells of the store when not even the manifest could be written", async () => {
  const full = new KeyBackupError("store-unavailable", "create manifest: 503");
  const app = { backUpVault: () => Promise.reject(unreachable), abandonVault: () => Promise.reject(full) };
  const logger = createMemoryLogger();
  const givenUp = await workRun([message("a")], app, logger, () => undefined);
  expect(givenUp.map(({ error }) => error.code)).toEqual(["store-unavailable"]);
  expect(logger.text()).toContain("create manifest: 503");
});

it("works on few vaults at a time", async () => {
  let running = 0;
  let most = 0;
  const app = {
    async backUpVault() {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setTimeout(resolve, 5));
      running -= 1;
      return { outcome: "already-done" } as const;
    },
    abandonVault: async () => undefined,
  };
  await workRun(
    Array.from({ length: 12 }, (_, nth) => message(`v${nth}`)),
    app,
    createMemoryLogger(),
    () => undefined,
  );
  expect(most).toBe(4);
});
