import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readBackupOf } from "../../src/catalog/recovery-point.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import type { RestoreContext } from "../../src/restore/context.ts";
import { exportBackup, listKnownKeys, listKnownPoints, listKnownVaults } from "../../src/restore/browse.ts";
import { refusalText } from "../../src/restore/refusal.ts";
import { planRestore } from "../../src/restore/plan-restore.ts";
import { runRestore } from "../../src/restore/run-restore.ts";
import { startRestoreWorld, type RestoreWorld } from "./restore-world.ts";
import { flipBit, folder, manifestsIn, plantBackup, rewriteManifest, tamper } from "./tampering.ts";

let world: RestoreWorld;
let runs: string[];
beforeEach(async () => {
  world = await startRestoreWorld({
    keys: [
      { name: "alpha", type: "EC" },
      { name: "Beta", type: "EC" },
    ],
  });
  runs = [];
  for (let night = 0; night < 3; night += 1) {
    runs.push(await world.backUp());
    await world.nextNight();
    await world.emulator.vault("app").rotate("alpha");
  }
});
afterEach(() => world.close());

const daily = () => world.store.memory.daily;
const plan = (change: Parameters<RestoreWorld["request"]>[0] = {}, context: RestoreContext = world.context) =>
  planRestore(world.request(change), context, world.logger);
const pathOf = (runId: string | undefined): string => `manifests/${folder}/${runId}.jsonl`;
const pointOf = async (change: Parameters<RestoreWorld["request"]>[0] = {}) =>
  (await plan({ keys: ["alpha"], ...change })).keys[0]?.point;

describe("recovery points", () => {
  it("are the newest unless told otherwise, over all tiers", async () => {
    expect(await pointOf()).toMatchObject({ runId: runs[2], tier: "daily", namedBy: "manifest" });
    expect((await pointOf())?.entry.versions).toHaveLength(3);
    expect(await pointOf({ tier: "monthly" })).toMatchObject({ runId: runs[0], tier: "monthly" });
    for (const path of manifestsIn(daily())) daily().blobs.delete(path);
    expect(await pointOf()).toMatchObject({ runId: runs[0], tier: "monthly" });
  });

  it("are as of an instant by the store's clock, not by names", async () => {
    const createdAt = daily().blobs.get(pathOf(runs[1]))?.createdAt ?? new Date(0);
    expect(await pointOf({ asOf: createdAt })).toMatchObject({ runId: runs[1] });
    expect(await pointOf({ asOf: new Date(createdAt.getTime() - 1000) })).toMatchObject({ runId: runs[0] });
    tamper(daily(), pathOf(runs[0]), () => ({ createdAt: new Date("2026-06-01T00:00:00Z") }));
    const { warnings } = await plan({ keys: ["alpha"] });
    expect(await pointOf()).toMatchObject({ runId: runs[0] });
    expect(warnings.map(({ code }) => code)).toContain("manifest-time");
  });

  it("of one key are listed over all tiers", async () => {
    const { points } = await listKnownPoints({ vault: "app", key: "ALPHA" }, world.context);
    expect(points.map(({ tier, runId, entry }) => [tier, runId, entry.versions?.length])).toEqual([
      ["daily", runs[2], 3],
      ["daily", runs[1], 2],
      ["daily", runs[0], 1],
      ["monthly", runs[0], 1],
      ["yearly", runs[0], 1],
    ]);
    for (const point of points) expect((await readBackupOf(point)).byteLength).toBeGreaterThan(500);
  });

  it("know since when a key's newest version has shown its thumbprint", async () => {
    const { keys } = await plan();
    const since = keys.map(({ name, thumbprintKnownSince }) => [name, thumbprintKnownSince]);
    expect(since).toEqual([
      ["alpha", daily().blobs.get(pathOf(runs[2]))?.createdAt],
      ["Beta", world.store.memory.yearly.blobs.get(pathOf(runs[0]))?.createdAt],
    ]);
  });

  it("of a key with two versions of one second are no break in its history, and are proven", async () => {
    await world.emulator.vault("app").rotate("alpha");
    await world.emulator.vault("app").rotate("alpha");
    await world.backUp();
    await world.nextNight();
    await world.emulator.vault("app").rotate("alpha");
    await world.backUp();
    const createdAt = daily().blobs.get(manifestsIn(daily()).at(-2) ?? "")?.createdAt;
    for (const asOf of [undefined, createdAt])
      expect(await plan({ keys: ["alpha"], asOf })).toMatchObject({ keys: [{ decision: "already-there" }] });
  });

  it("of a deleted key are found by its name, and left out of the whole vault", async () => {
    world.emulator.vault("app").purge("Beta");
    await world.backUp();
    const whole = await plan();
    expect(whole.keys.find(({ name }) => name === "Beta")).toMatchObject({ decision: "no-backup" });
    expect(whole.status).toBe("allowed");
    expect(await plan({ keys: ["beta"] })).toMatchObject({ keys: [{ decision: "restore", name: "Beta" }] });
  });

  it("of a vault that no longer exists are found by its name", async () => {
    const context = { ...world.context, targets: world.context.targets.filter(({ name }) => name !== "app") };
    expect(await plan({ target: "twin" }, context)).toMatchObject({ source: folder, status: "allowed" });
    expect(await listKnownVaults(context)).toMatchObject([{ vault: folder, name: undefined, recoveryPoints: 3 }]);
    const { keys } = await listKnownKeys({ vault: "app" }, context);
    expect(keys.map(({ name }) => name)).toEqual(["alpha", "Beta"]);
    for (const path of manifestsIn(daily())) daily().blobs.delete(path);
    expect(await listKnownVaults(context)).toMatchObject([{ vault: folder, recoveryPoints: 1 }]);
  });

  it("need no other geography's store, and no container of a tier that was never on", async () => {
    const down = new KeyBackupError("store-unreachable", "list: ECONNREFUSED");
    const missing = new KeyBackupError("store-container-missing", "list: 404 ContainerNotFound");
    const [, american] = world.stores;
    american?.memory.daily.failNext({ op: "list", error: down, times: 99 });
    world.store.memory.yearly.failNext({ op: "list", error: missing, times: 99 });
    expect(await plan()).toMatchObject({ status: "allowed", warnings: [] });
    const context = { ...world.context, targets: world.context.targets.filter(({ name }) => name !== "app") };
    expect(await plan({ target: "twin" }, context)).toMatchObject({
      status: "allowed",
      warnings: [{ code: "store-unreachable", message: expect.stringContaining("a store was not searched") }],
    });
    await expect(plan({ target: "twin", vault: "nobody" }, context)).rejects.toBe(down);
  });

  it.each(["nobody", "app/../twin", "ap"])("says that no store knows %s", async (vault) => {
    await expect(plan({ vault })).rejects.toMatchObject({ code: "source-not-found" });
  });

  it("says which key has none", async () => {
    expect(await plan({ keys: ["alpha", "nobody"] })).toMatchObject({
      status: "partly-refused",
      keys: [{ name: "alpha" }, { name: "nobody", decision: "no-backup", reason: "no recovery point names it" }],
    });
    await expect(exportBackup({ vault: "app", key: "nobody" }, world.context)).rejects.toMatchObject({
      code: "recovery-point-not-found",
    });
  });

  it("are exported as the bytes that Backup Key returned", async () => {
    const { bytes, point } = await exportBackup({ vault: "app", key: "alpha" }, world.context);
    expect(bytes).toEqual(daily().blobs.get(point.backupPath)?.content);
    world.emulator.vault("app").purge("alpha");
    expect(await world.target("app").restoreKey("alpha", bytes)).toMatchObject({ name: "alpha" });
  });
});

describe("a manifest that", () => {
  it.each([
    ["is truncated", () => tamper(daily(), pathOf(runs[2]), ({ content }) => ({ content: content.slice(0, -40) }))],
    ["was altered", () => tamper(daily(), pathOf(runs[2]), ({ content }) => ({ content: flipBit(content, 900) }))],
    ["is of another run", () => tamper(daily(), pathOf(runs[2]), () => daily().blobs.get(pathOf(runs[1])) ?? {})],
  ])("%s is reported, and the next good one is used", async (_case, harm) => {
    harm();
    const { keys, warnings } = await plan({ keys: ["alpha"] });
    expect(keys[0]?.point).toMatchObject({ runId: runs[1] });
    expect(warnings).toContainEqual({ code: "manifest-damaged", message: expect.stringContaining(runs[2] ?? "") });
  });

  it("was rewritten with its own metadata is found by the hash in the next one", async () => {
    const asOf = daily().blobs.get(pathOf(runs[1]))?.createdAt;
    expect(await pointOf({ asOf })).toMatchObject({ runId: runs[1] });
    rewriteManifest(daily(), pathOf(runs[1]), ({ head, keys, totals }) => ({ head, totals, keys: keys.toReversed() }));
    expect(await pointOf({ asOf })).toMatchObject({ runId: runs[0] });
    const { warnings } = await plan({ keys: ["alpha"], asOf });
    expect(warnings).toContainEqual({
      code: "manifest-damaged",
      message: expect.stringContaining(`its hash is not the one that run ${runs[2]} recorded`),
    });
  });

  it("is gone is reported while it should be there, and not when it has expired", async () => {
    daily().blobs.delete(pathOf(runs[1]));
    const { keys, warnings } = await plan({ keys: ["alpha"] });
    expect(keys).toMatchObject([{ decision: "already-there" }]);
    const missing = { code: "manifest-missing", message: expect.stringContaining(runs[1] ?? "") };
    expect(warnings).toEqual([missing]);
    await world.clock.advance(35 * 86_400_000);
    expect((await plan({ keys: ["alpha"] })).warnings).toEqual([]);
  });
});

describe("without a manifest that can be read", () => {
  const containers = () => Object.values(world.store.memory);
  const remove = (pattern: RegExp): void => {
    for (const { blobs } of containers()) for (const path of blobs.keys()) if (pattern.test(path)) blobs.delete(path);
  };
  const restoreAll = async () => {
    for (const name of ["alpha", "Beta"]) world.emulator.vault("app").purge(name);
    return runRestore(world.request(), world.context, world.logger);
  };

  it("everything is restored from the entries, and proven", async () => {
    remove(/^manifests/);
    const { keys, status, warnings } = await restoreAll();
    expect(status).toBe("succeeded");
    expect(keys.map(({ point }) => [point?.namedBy, point?.runId])).toEqual([
      ["entry", runs[2]],
      ["entry", runs[2]],
    ]);
    expect(warnings.map(({ code }) => code)).toEqual(["no-manifest", "no-manifest"]);
  });

  it("and without entries, from the metadata of the backups", async () => {
    remove(/^manifests|\.json$/);
    const { keys, status } = await restoreAll();
    expect(status).toBe("succeeded");
    expect(keys).toMatchObject([
      { name: "alpha", point: { namedBy: "metadata" }, proof: { proven: true, newer: false } },
      { name: "Beta", point: { namedBy: "metadata" } },
    ]);
    const { keys: listed } = await listKnownKeys({ vault: "app" }, world.context);
    expect(listed.map(({ name }) => name)).toEqual(["alpha", "Beta"]);
  });

  it("and without metadata, only when that is attempted; then it can't be proven", async () => {
    remove(/^manifests|\.json$/);
    for (const { blobs } of containers())
      for (const path of blobs.keys()) tamper({ ...daily(), blobs }, path, () => ({ facts: {} }));
    expect(await restoreAll()).toMatchObject({
      status: "refused",
      keys: [{ refusals: [{ code: "source-unknown" }] }, {}],
    });
    const attempted = world.request({ keys: ["alpha"], attempt: ["source-unknown"] });
    expect(await runRestore(attempted, world.context, world.logger)).toMatchObject({
      status: "failed",
      keys: [{ code: "restore-unproven", reason: expect.stringContaining("nothing is recorded") }],
    });
    expect(world.emulator.vault("app").keyNames()).toEqual(["alpha"]);
  });

  it("the newest manifest is damaged, and one key was made since: it is found by its entry", async () => {
    await world.emulator.vault("app").seed([{ name: "young", type: "EC" }]);
    const runId = await world.backUp();
    tamper(daily(), pathOf(runId), ({ content }) => ({ content: content.slice(10) }));
    for (const tier of ["monthly", "yearly"] as const) world.store.memory[tier].blobs.delete(pathOf(runId));
    expect(await plan({ keys: ["young"] })).toMatchObject({ keys: [{ point: { namedBy: "entry", runId } }] });
  });
});

describe("a backup that", () => {
  const blobOf = (runId: string | undefined): string => `blobs/${folder}/${runId}/keys/alpha.backup`;
  const lose = (): void => world.emulator.vault("app").purge("alpha");
  const run = (change: Parameters<RestoreWorld["request"]>[0] = {}) =>
    runRestore(world.request({ keys: ["alpha"], ...change }), world.context, world.logger);

  it.each([
    ["has a flipped bit", "backup-damaged", (content: Uint8Array) => flipBit(content, 1000)],
    ["is truncated", "backup-damaged", (content: Uint8Array) => content.slice(0, 1000)],
  ] as const)("%s is refused without a call of Restore Key", async (_case, code, harm) => {
    lose();
    tamper(daily(), blobOf(runs[2]), ({ content }) => ({ content: harm(content) }));
    world.emulator.vault("app").resetRequests();
    expect(await run()).toMatchObject({ status: "refused", keys: [{ refusals: [{ code, kind: "policy" }] }] });
    expect(world.calls("app")).toEqual([]);
    const asOf = daily().blobs.get(pathOf(runs[1]))?.createdAt;
    expect(await run({ asOf })).toMatchObject({ status: "succeeded", keys: [{ point: { runId: runs[1] } }] });
  });

  it("is gone is refused", async () => {
    daily().blobs.delete(blobOf(runs[2]));
    expect(await run()).toMatchObject({ status: "refused", keys: [{ refusals: [{ code: "backup-missing" }] }] });
  });

  it("is no backup, with a manifest that vouches for it, is refused by the vault and explained", async () => {
    lose();
    plantBackup(daily(), runs[2] ?? "", "alpha", Buffer.from("no backup of anything"));
    const result = await run();
    expect(result).toMatchObject({ status: "failed", keys: [{ code: "backup-malformed" }] });
    expect(result.keys[0]?.reason).toContain("The bytes are those that were recorded");
  });

  it("is of another key of the vault, with a manifest that vouches for it, is not taken for the right one", async () => {
    lose();
    world.emulator.vault("app").purge("Beta");
    const beta = daily().blobs.get(blobOf(runs[2]).replace("alpha", "beta"))?.content ?? new Uint8Array();
    plantBackup(daily(), runs[2] ?? "", "alpha", beta);
    expect(await run()).toMatchObject({
      status: "failed",
      keys: [{ code: "restore-unproven", reason: expect.stringContaining('now has as "Beta"') }],
    });
  });

  it("is somebody's key under a good name, with a manifest that vouches for it, is not proven", async () => {
    await world.emulator.vault("twin").seed([{ name: "alpha", type: "EC" }]);
    const runId = await world.backUp(["twin"]);
    const path = `blobs/twin.vault.azure.net/${runId}/keys/alpha.backup`;
    plantBackup(daily(), runs[2] ?? "", "alpha", daily().blobs.get(path)?.content ?? new Uint8Array());
    lose();
    expect(await run()).toMatchObject({
      status: "failed",
      keys: [{ code: "restore-unproven", reason: expect.stringContaining("recorded versions are missing") }],
    });
  });

  it("is somebody's key, taken by an honest run, breaks with the key's history", async () => {
    lose();
    await world.emulator.vault("app").seed([{ name: "alpha", type: "EC" }]);
    await world.backUp();
    lose();
    const { keys } = await plan({ keys: ["alpha"] });
    expect(keys).toMatchObject([{ decision: "refused", refusals: [{ code: "discontinuous", kind: "prediction" }] }]);
    expect(keys[0]?.refusals[0]?.what).toContain("lacks version");
    expect(await run({ attempt: ["discontinuous"] })).toMatchObject({
      status: "succeeded",
      keys: [{ attempted: [{ code: "discontinuous" }], proof: { proven: true } }],
    });
  });

  it("shows another thumbprint for a version that older ones have, breaks with the key's history", async () => {
    rewriteManifest(daily(), pathOf(runs[2]), (manifest) => ({
      ...manifest,
      keys: manifest.keys.map((entry) => (entry.name === "Beta" ? { ...entry, thumbprint: "planted" } : entry)),
    }));
    const { keys } = await plan({ keys: ["beta"] });
    expect(keys[0]?.refusals).toMatchObject([
      { code: "discontinuous", what: expect.stringContaining("another public key") },
    ]);
  });
});

it("lets no text from a store reach a log as more than one plain line", async () => {
  const hostile = "\u001b[31mred\nfalse line";
  world.emulator.vault("app").purge("Beta");
  rewriteManifest(daily(), pathOf(runs[2]), ({ head, keys, totals }) => ({
    head: { ...head, vault: { ...head.vault, region: hostile, geography: hostile, resourceId: hostile } },
    keys: keys.map((entry) => ({ ...entry, versions: [hostile], reason: hostile })),
    totals,
  }));
  const request = world.request({ keys: ["alpha", `nobody${hostile}`], attempt: ["source-unknown", "discontinuous"] });
  const result = await runRestore(request, world.context, world.logger);
  expect(result.status).toBe("failed");
  const printed = [
    world.logger.text(),
    ...result.keys.map(({ refusals }) => refusals.map(refusalText).join("\n")),
  ].join("\n");
  expect(printed).toContain("false line");
  expect(printed).not.toContain("\u001b");
  expect(printed).not.toMatch(/^false line/m);
});

describe("the replica of a store", () => {
  it("is read instead of it, and tells until when it is complete", async () => {
    const lastSyncAt = new Date("2026-03-12T10:00:00Z");
    const replica = { ...world.store, url: "https://westeurope-secondary.blob.example" };
    const context: RestoreContext = {
      ...world.context,
      openSecondary: (store) =>
        store === world.store ? { store: replica, readLastSyncAt: () => Promise.resolve(lastSyncAt) } : undefined,
    };
    const { keys, lastSyncAt: told } = await plan({ keys: ["alpha"], secondary: true }, context);
    expect(told).toEqual(lastSyncAt);
    expect(keys[0]?.point?.store).toBe(replica);
  });

  it("is asked for in vain where no store has one", async () => {
    await expect(plan({ secondary: true })).rejects.toMatchObject({ code: "bad-request" });
  });
});
