import { describe, expect, it } from "vitest";
import { backUpVault } from "../../src/backup/back-up-vault.ts";
import { abandonVault } from "../../src/backup/fail-vault.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import type { VaultMessage } from "../../src/catalog/vault-message.ts";
import { night, startNight, walk } from "./nights.ts";
import { createWorld, type World } from "./world.ts";

const refused = new KeyBackupError("key-disabled", 'back up key "beta": it is disabled');

/** New Year: every tier is due, one key must be copied forward, one was deleted, one rotated, one is new. */
async function newYear(): Promise<{ readonly world: World; readonly message: VaultMessage }> {
  const world = createWorld({
    start: "2026-12-24T02:00:00Z",
    vaults: [{ name: "kv-one", keys: ["alpha", "beta", "gamma", { name: "owned", managed: true }] }],
  });
  await walk(world, {
    nights: 8,
    before: (_date, nth) => {
      if (nth === 1) world.vault.fault("backupKey", "beta", refused);
    },
  });
  await world.clock.advance(DAY_IN_MS);
  world.vault.delete("gamma");
  world.vault.rotate("alpha");
  world.vault.add({ name: "young" });
  const [message] = await startNight(world);
  if (!message) throw new Error("the run has no message");
  return { world, message };
}

/** The worker dies at the n-th operation: that one and all after it fail, until the next delivery. */
function dieAt(world: World, nth: number): { readonly died: () => boolean } {
  let operations = 0;
  world.setHook(() => {
    operations += 1;
    if (operations >= nth) throw new Error("the worker died");
  });
  return { died: () => operations >= nth };
}

const outcomes = (world: World, tier: "daily" | "monthly" | "yearly") =>
  Object.fromEntries((world.manifest(tier)?.keys ?? []).map(({ name, outcome }) => [name, outcome]));

async function lastOperation(): Promise<number> {
  const { world, message } = await newYear();
  let operations = 0;
  world.setHook(() => void (operations += 1));
  await backUpVault(message, world.context, world.logger);
  return operations;
}

describe("a worker that dies", () => {
  it("at any operation leaves nothing that the next delivery does not complete", { timeout: 240_000 }, async () => {
    const last = await lastOperation();
    expect(last).toBeGreaterThan(40);
    for (let nth = 1; nth <= last; nth += 1) {
      const { world, message } = await newYear();
      const worker = dieAt(world, nth);
      await expect(backUpVault(message, world.context, world.logger), `operation ${nth}`).rejects.toThrow("died");
      expect(worker.died()).toBe(true);
      world.setHook(undefined);
      expect(await backUpVault(message, world.context, world.logger)).toMatchObject({ outcome: "completed", line: {} });
      expect(await backUpVault(message, world.context, world.logger)).toEqual({ outcome: "already-done" });
      world.checkPromises();
      const fresh = { alpha: "backed-up", young: "backed-up", owned: "skipped", gamma: "deleted", beta: "failed" };
      expect(outcomes(world, "daily"), `daily after ${nth}`).toEqual(fresh);
      for (const tier of ["yearly", "monthly"] as const) {
        expect(world.runIds(tier).filter((runId) => runId === message.runId)).toHaveLength(1);
        expect(outcomes(world, tier), `${tier} after ${nth}`).toEqual(fresh);
        const kept = world
          .manifest(tier)
          ?.keys.filter(({ backup }) => backup)
          .map(({ name }) => name);
        expect(kept, `${tier} after ${nth}`).toEqual(["alpha", "gamma", "young"]);
      }
      const beta = world.manifest()?.keys.find(({ name }) => name === "beta");
      expect(beta?.backup?.takenAt.slice(0, 10)).toBe("2026-12-24");
      expect(beta?.backup?.path).toContain(message.runId);
      await world.clock.advance(DAY_IN_MS);
      await night(world);
      world.checkPromises();
      const gamma = world.manifest()?.keys.find(({ name }) => name === "gamma");
      expect(gamma?.deleted?.keptIn.toSorted(), `after ${nth}`).toEqual(["monthly", "yearly"]);
    }
  });

  it("calls Backup Key once for each key whose bytes it had stored", { timeout: 240_000 }, async () => {
    const last = await lastOperation();
    for (let nth = 1; nth <= last; nth += 3) {
      const { world, message } = await newYear();
      const before = world.vault.calls.length;
      dieAt(world, nth);
      await expect(backUpVault(message, world.context, world.logger)).rejects.toThrow("died");
      world.setHook(undefined);
      const stored = ["alpha", "young"].filter((name) =>
        Object.values(world.store.memory).some(({ blobs }) =>
          blobs.has(`blobs/${world.host}/${message.runId}/keys/${name}.backup`),
        ),
      );
      await backUpVault(message, world.context, world.logger);
      for (const name of stored)
        expect(world.vault.calls.slice(before).filter((call) => call === `backupKey ${name}`)).toHaveLength(1);
    }
  });

  it("at any operation leaves what an abandoned vault tells truly", { timeout: 240_000 }, async () => {
    const last = await lastOperation();
    for (let nth = 1; nth <= last; nth += 1) {
      const { world, message } = await newYear();
      dieAt(world, nth);
      await expect(backUpVault(message, world.context, world.logger)).rejects.toThrow("died");
      world.setHook(undefined);
      const stored = ["alpha", "young"].filter((name) =>
        world.store.memory.daily.blobs.has(`blobs/${world.host}/${message.runId}/keys/${name}.backup`),
      );
      const line = await abandonVault(message, world.context, world.logger);
      world.checkPromises();
      const manifest = world.manifest();
      expect(line).toMatchObject({ code: "run-abandoned", status: stored.length > 0 ? "partial" : "failed" });
      const backedUp = manifest?.keys.filter(({ outcome }) => outcome === "backed-up").map(({ name }) => name);
      expect(backedUp, `after ${nth}`).toEqual(stored);
      for (const name of stored)
        expect(world.store.memory.daily.blobs.has(`blobs/${world.host}/${message.runId}/keys/${name}.json`)).toBe(true);
      expect(manifest?.keys.map(({ name }) => name)).toEqual(
        expect.arrayContaining(["alpha", "beta", "gamma", "owned"]),
      );
      await world.clock.advance(DAY_IN_MS);
      await night(world);
      world.checkPromises();
      expect(outcomes(world, "yearly"), `after ${nth}`).toMatchObject({ alpha: "backed-up", gamma: "deleted" });
    }
  });
});
