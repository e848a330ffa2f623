import { describe, expect, it } from "vitest";
import { backUpVault } from "../../src/backup/back-up-vault.ts";
import { abandonVault } from "../../src/backup/fail-vault.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import { attemptOnce, entryOf, failure, keyNames, nextNight, warningsOf } from "./attempts.ts";
import { deliver, night, startNight, workThrough } from "./nights.ts";
import { createWorld } from "./world.ts";

const many = (count: number) => createWorld({ vaults: [{ name: "kv-one", keys: keyNames(count) }] });
const calls = (world: ReturnType<typeof createWorld>, op: string) =>
  world.vault.calls.filter((call) => call.startsWith(`${op} `)).length;

describe("failures of many keys", () => {
  it("that are the same refusal twenty times mark the rest as not tried", async () => {
    const world = many(100);
    world.vault.fault("backupKey", "*", failure("vault-forbidden-rbac"));
    await night(world);
    const codes = world.manifest()?.keys.map(({ code }) => code) ?? [];
    expect(calls(world, "backupKey")).toBe(codes.filter((code) => code === "vault-forbidden-rbac").length);
    expect(codes.filter((code) => code === "not-tried").length).toBeGreaterThanOrEqual(50);
    expect(entryOf(world, "key-0099")?.reason).toBe("not tried, same cause: do something: vault-forbidden-rbac");
    expect(world.manifest()?.head.status).toBe("failed");
    expect(world.runIds("yearly")).toHaveLength(0);
  });

  it("that a success comes between are tried to the end", async () => {
    const world = many(100);
    for (const [nth, name] of keyNames(100).entries())
      if (nth % 10 > 0) world.vault.fault("backupKey", name, failure("vault-forbidden-rbac"));
    await night(world);
    expect(calls(world, "backupKey")).toBe(100);
    expect(world.manifest()?.totals.counts).toMatchObject({ backedUp: 10, failed: 90 });
  });

  it("that are faults end the attempt early, with nothing written", async () => {
    const world = many(100);
    world.vault.fault("backupKey", "*", failure("vault-unavailable"));
    await expect(attemptOnce(world)).rejects.toMatchObject({ code: "vault-unavailable" });
    expect(calls(world, "backupKey")).toBeLessThan(60);
    expect(world.runIds("daily")).toHaveLength(0);
  });

  it("that pass are tried once more at the end", async () => {
    const world = createWorld();
    world.vault.fault("backupKey", "beta", failure("vault-timeout"), 1);
    await night(world);
    expect(world.manifest()?.head.status).toBe("succeeded");
    expect(calls(world, "backupKey")).toBe(4);
  });

  it.each([0, 30])("that last for one key leave the vault partial (refresh days %i)", async (refreshDays) => {
    const world = createWorld({ refreshDays });
    await night(world);
    await nextNight(world);
    world.vault.rotate("beta");
    world.vault.fault("backupKey", "beta", failure("vault-unavailable"));
    await nextNight(world);
    expect(world.manifest()?.head).toMatchObject({ status: "partial" });
    expect(world.manifest()?.head.code).toBeUndefined();
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "failed", code: "vault-unavailable", backup: {} });
  });
});

describe("a fault of the whole vault", () => {
  it("of four deliveries costs nothing", async () => {
    const world = createWorld();
    world.vault.fault("listKeys", "*", failure("vault-unreachable"), 4);
    await night(world);
    expect(world.manifest()?.head.status).toBe("succeeded");
  });

  it("of five ends in a manifest that says so, and the next night is whole again", async () => {
    const world = createWorld();
    await night(world);
    world.vault.fault("listKeys", "*", failure("vault-unreachable"), 5);
    await nextNight(world);
    expect(world.manifest()).toMatchObject({ head: { status: "failed", code: "run-abandoned" } });
    expect(world.manifest()?.keys.map(({ outcome }) => outcome)).toEqual(Array(3).fill("failed"));
    await nextNight(world);
    expect(world.manifest()?.head).toMatchObject({ status: "succeeded", baseline: { tier: "daily" } });
  });

  it("stays failed when backups are copied forward: a copy is not a backup", async () => {
    const world = createWorld();
    await night(world);
    world.vault.fault("listKeys", "*", failure("vault-unreachable"));
    for (let nth = 1; nth <= 9; nth += 1) await nextNight(world);
    expect(world.manifest()?.totals.bytes).toBe(0);
    const copied = world.runIds("daily").map((runId) => world.manifest("daily", runId));
    expect(copied.filter((manifest) => (manifest?.totals.bytes ?? 0) > 0)).toHaveLength(2);
    expect(copied.slice(1).map((manifest) => manifest?.head.status)).toEqual(Array(9).fill("failed"));
  });

  it("on the first night leaves a manifest without keys", async () => {
    const world = createWorld();
    world.vault.fault("listKeys", "*", failure("vault-forbidden-rbac"));
    await night(world);
    expect(world.manifest()).toMatchObject({ head: { status: "failed" }, keys: [] });
  });

  it("never hides what a damaged blob was: an abandoned vault still gets its manifest", async () => {
    const world = createWorld();
    const [message] = await startNight(world);
    world.vault.fault("backupKey", "gamma", () => world.clock.wait(1000));
    let stored = 0;
    world.setHook((operation) => {
      if (operation.startsWith("create daily/blobs") && operation.endsWith(".json")) stored += 1;
      if (stored > 0) throw new Error("the worker died");
    });
    await expect(backUpVault(message!, world.context, world.logger)).rejects.toThrow("died");
    world.setHook(undefined);
    const { blobs } = world.store.memory.daily;
    const path = `blobs/${world.host}/${message!.runId}/keys/alpha.backup`;
    blobs.set(path, { ...blobs.get(path)!, content: new Uint8Array([1, 2, 3]) });
    const line = await abandonVault(message!, world.context, world.logger);
    expect(line).toMatchObject({ status: "partial", counts: { backedUp: 1, failed: 1 } });
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "backed-up" });
    expect(entryOf(world, "alpha")).toMatchObject({ outcome: "failed", code: "run-abandoned" });
  });
});

describe("time slices", () => {
  it("as many as are needed make one run: every key once, and in every tier", async () => {
    const world = many(90);
    world.vault.fault("backupKey", "*", () => world.clock.wait(60_000));
    const [message] = await startNight(world);
    const { result, slices } = await workThrough(world, { ...message!, requestsPerSecond: 1 });
    world.checkPromises();
    expect(slices).toBe(3);
    expect(result).toMatchObject({ outcome: "completed", line: { status: "succeeded", counts: { backedUp: 90 } } });
    expect(calls(world, "backupKey")).toBe(90);
    const progress = world.logger.lines.flatMap((line) => (line.message.includes("goes on: ") ? [line.message] : []));
    expect(progress.length).toBeGreaterThan(3);
    expect(progress[0]).toMatch(/^kv-one\.vault\.azure\.net: run \S+ goes on: \d+ keys are done, 0 failed so far$/);
    for (const tier of ["yearly", "monthly"] as const)
      expect(world.manifest(tier)?.totals.counts).toMatchObject({ keys: 90, backedUp: 90, failed: 0 });
  });

  it("without progress fail the vault after three", async () => {
    const world = createWorld();
    await night(world);
    await world.clock.advance(DAY_IN_MS);
    world.vault.fault("listKeys", "*", () => world.clock.wait(540_000));
    const [message] = await startNight(world);
    const { result, slices } = await workThrough(world, message!);
    expect(slices).toBe(3);
    expect(result).toMatchObject({ outcome: "completed", line: { status: "failed", code: "no-progress" } });
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "failed", code: "no-progress", backup: {} });
  });

  it("count copies as progress", async () => {
    const world = many(400);
    await night(world);
    await world.clock.advance(8 * DAY_IN_MS);
    world.vault.fault("backupKey", "*", failure("key-disabled"));
    world.setHook((operation) => (/^read daily.*backup$/.test(operation) ? world.clock.wait(120_000) : undefined));
    const [message] = await startNight(world);
    const { result, slices } = await workThrough(world, message!);
    expect(slices).toBeGreaterThan(3);
    expect(result).toMatchObject({ outcome: "completed", line: { counts: { failed: 400 } } });
    expect((result.outcome === "completed" && result.line?.code) || "none").toBe("none");
    world.checkPromises();
  });
});

describe("the region that answers", () => {
  const inRegion = (observedRegion: string | undefined, observed: "warn" | "require" = "warn") =>
    createWorld({
      observedRegion: observed,
      vaults: [
        { name: "kv-one", keys: keyNames(60), ...(observedRegion ? { observedRegion } : { observedRegion: "" }) },
      ],
    });

  it.each([
    ["eastus", "warn", "observed-region-differs"],
    ["francecentral", "warn", "observed-region-differs"],
    ["atlantis", "warn", "observed-region-differs"],
    ["northeurope", "require", "observed-region-unverified"],
    [undefined, "require", "observed-region-unverified"],
  ] as const)("%s is refused under %s, before the first backup", async (region, policy, code) => {
    const world = inRegion(region, policy);
    await night(world);
    expect(world.manifest()?.head).toMatchObject({ status: "failed", code });
    expect(calls(world, "backupKey")).toBe(0);
    expect([...world.store.memory.daily.blobs.keys()].filter((path) => path.startsWith("blobs/"))).toEqual([]);
  });

  it.each([
    ["westeurope", []],
    ["northeurope", ["region-differs"]],
    [undefined, ["region-unverified"]],
  ] as const)("%s is backed up and warned of as %j, once", async (region, warnings) => {
    const world = inRegion(region);
    await night(world);
    expect(warningsOf(world)).toEqual(warnings);
    expect(world.manifest()?.head).toMatchObject({ status: "succeeded" });
    expect(world.manifest()?.head.vault.observedRegion).toBe(region);
  });
});

describe("a run that comes too late", () => {
  it("writes no manifest, which could outlive what it points at", async () => {
    const world = createWorld();
    await night(world);
    await world.clock.advance(DAY_IN_MS);
    const [message] = await startNight(world);
    await world.clock.advance(2 * DAY_IN_MS + 1000);
    expect(await deliver(world, message!)).toBeUndefined();
    expect(await abandonVault(message!, world.context, world.logger)).toBeUndefined();
    expect(world.runIds("daily")).toHaveLength(1);
    expect(world.logger.text()).toContain(`run ${message!.runId} began more than 2 days ago`);
  });
});
