import { describe, expect, it } from "vitest";
import { hashTags } from "../../src/catalog/hashes.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import { attemptOnce, entryOf, failure, nextNight, warningsOf, withPages } from "./attempts.ts";
import { night } from "./nights.ts";
import { createWorld } from "./world.ts";

const callsOf = (world: ReturnType<typeof createWorld>, call: string) =>
  world.vault.calls.filter((each) => each === call).length;

describe("one key", () => {
  it("is backed up with everything that its backup does not carry", async () => {
    const rotationPolicy = { lifetimeActions: [{ action: { type: "Rotate" } }] };
    const key = { name: "Alpha", versions: 3, tags: { team: "a" }, keyType: "EC", rotationPolicy } as const;
    const world = createWorld({ vaults: [{ name: "kv-one", keys: [{ ...key, expiresAt: "2030-01-01T00:00:00Z" }] }] });
    await night(world);
    const entry = entryOf(world, "Alpha");
    expect(entry).toMatchObject({
      outcome: "backed-up",
      enabled: true,
      expiresAt: "2030-01-01T00:00:00Z",
      keyType: "EC",
      versions: world.vault.versionsOf("Alpha"),
      versionsCertain: true,
      rotationPolicy,
      tagsSha256: hashTags({ team: "a" }),
      backup: { path: expect.stringMatching(/\/keys\/alpha\.backup$/), header: { kind: "vault" } },
    });
    expect(entry?.thumbprint).toMatch(/^[\w-]{43}$/);
    expect(world.vault.calls.slice(1)).toEqual([
      "listVersions Alpha",
      "backupKey Alpha",
      "getKey Alpha",
      "getRotationPolicy Alpha",
    ]);
  });

  it("that was rotated meanwhile is backed up once more", async () => {
    const world = createWorld();
    world.vault.fault("backupKey", "beta", () => void world.vault.rotate("beta"), 1);
    await night(world);
    expect(callsOf(world, "backupKey beta")).toBe(2);
    expect(entryOf(world, "beta")).toMatchObject({ versions: world.vault.versionsOf("beta"), versionsCertain: true });
  });

  it("that does not hold still is backed up, and its versions are called uncertain", async () => {
    const world = createWorld({ refreshDays: 30 });
    world.vault.fault("backupKey", "beta", () => void world.vault.rotate("beta"));
    await night(world);
    expect(callsOf(world, "backupKey beta")).toBe(2);
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "backed-up", versionsCertain: false });
    world.vault.clearFaults();
    await nextNight(world);
    await nextNight(world);
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "unchanged", versionsCertain: true });
  });

  it.each(["listVersions", "getKey", "getRotationPolicy"] as const)(
    "is backed up with one call when %s is refused, and says what it lacks",
    async (op) => {
      const world = createWorld();
      world.vault.fault(op, "beta", failure("vault-forbidden-policy"));
      await night(world);
      expect(callsOf(world, "backupKey beta")).toBe(1);
      expect(entryOf(world, "beta")).toMatchObject({
        outcome: "backed-up",
        versionsCertain: op === "getRotationPolicy",
      });
      expect(warningsOf(world)).toEqual(["facts-unreadable"]);
    },
  );

  it.each([true, false])("that is deleted between two calls is deleted, known before: %s", async (known) => {
    const world = createWorld();
    if (known) await night(world);
    await world.clock.advance(DAY_IN_MS);
    world.vault.fault("listVersions", "beta", () => world.vault.delete("beta"));
    await night(world);
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "deleted", ...(known && { backup: {} }) });
    expect(world.manifest()?.head.status).toBe("succeeded");
    expect(world.manifest()?.totals.keysGone).toBe(1);
  });

  it("that is deleted right after Backup Key keeps that backup", async () => {
    const world = createWorld();
    world.vault.fault("getKey", "beta", () => world.vault.delete("beta"), 1);
    await night(world);
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "backed-up", versionsCertain: false, backup: {} });
    await nextNight(world);
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "deleted", backup: {} });
  });

  it("with 501 versions fails alone; one with 451 is backed up with a warning", async () => {
    const keys = [
      "alpha",
      { name: "beta", versions: 501 },
      { name: "gamma", versions: 451 },
      { name: "x", versions: 450 },
    ];
    const world = createWorld({ vaults: [{ name: "kv-one", keys }] });
    await night(world);
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "failed", code: "key-too-many-versions" });
    expect(entryOf(world, "gamma")).toMatchObject({ outcome: "backed-up" });
    expect(world.manifest()?.head.warnings).toEqual([
      { code: "many-versions", message: 'key "gamma" has 451 versions; the limit is 500' },
    ]);
    expect(world.manifest()?.head.status).toBe("partial");
  });

  it.each(["vault-bad-request", "key-backup-timeout", "vault-timeout", "vault-unavailable"] as const)(
    "with 501 versions is told from a service in trouble that answers %s",
    async (code) => {
      const world = createWorld({ vaults: [{ name: "kv-one", keys: ["alpha", { name: "beta", versions: 501 }] }] });
      world.vault.fault("backupKey", "beta", failure(code));
      await night(world);
      expect(entryOf(world, "beta")).toMatchObject({ outcome: "failed", code: "key-too-many-versions" });
    },
  );

  it.each(["key-backup-timeout", "key-backup-empty", "key-disabled", "key-operation-forbidden", "internal"] as const)(
    "that fails with %s fails alone, and its last backup stands",
    async (code) => {
      const world = createWorld();
      await night(world);
      world.vault.fault("backupKey", "beta", () => world.clock.wait(60_000).then(() => Promise.reject(failure(code))));
      await nextNight(world);
      expect(entryOf(world, "beta")).toMatchObject({ outcome: "failed", code, backup: { path: /20260310/ } });
      expect(world.manifest()?.totals.counts).toMatchObject({ keys: 3, backedUp: 2, failed: 1 });
    },
  );

  it("that throws what nobody expects fails alone, without the rest of what was thrown", async () => {
    const world = createWorld();
    world.vault.fault("backupKey", "beta", () => {
      throw Object.assign(new TypeError("no body"), { request: { headers: { authorization: "Bearer secret" } } });
    });
    await night(world);
    expect(entryOf(world, "beta")).toMatchObject({
      code: "internal",
      reason: 'back up key "beta": TypeError: no body',
    });
    expect(JSON.stringify(world.manifest()) + world.logger.text()).not.toContain("secret");
  });

  it("that a certificate owns is skipped, a disabled one is backed up", async () => {
    const keys = [
      { name: "owned", managed: true },
      { name: "off", enabled: false },
    ];
    const world = createWorld({ vaults: [{ name: "kv-one", keys }] });
    await night(world);
    expect(entryOf(world, "owned")).toMatchObject({ outcome: "skipped", code: "key-managed-by-certificate" });
    expect(entryOf(world, "off")).toMatchObject({ outcome: "backed-up", enabled: false });
    expect(world.manifest()?.head.status).toBe("succeeded");
    expect(world.manifest("yearly")?.totals.counts).toMatchObject({ keys: 2, skipped: 1, backedUp: 1 });
  });
});

describe("the listing", () => {
  it("may repeat an item: the key is backed up once", async () => {
    const world = createWorld();
    await attemptOnce(
      world,
      withPages(world, (pages) => [...pages, ...pages]),
    );
    expect(world.manifest()?.keys).toHaveLength(3);
    expect(callsOf(world, "backupKey alpha")).toBe(1);
  });

  it("may drop an item: a GET finds the key", async () => {
    const world = createWorld();
    await night(world);
    await world.clock.advance(DAY_IN_MS);
    const dropBeta = withPages(world, (pages) =>
      pages.map((page) => ({ ...page, keys: page.keys.filter(({ name }) => name !== "beta") })),
    );
    await attemptOnce(world, dropBeta);
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "backed-up" });
    expect(world.manifest()?.totals.keysGone).toBe(0);
  });

  it("may drop an item whose GET fails: the key failed, it is not called deleted", async () => {
    const world = createWorld();
    await night(world);
    await world.clock.advance(DAY_IN_MS);
    world.vault.fault("getKey", "beta", failure("vault-timeout"));
    await attemptOnce(
      world,
      withPages(world, (pages) => pages.map((page) => ({ ...page, keys: page.keys.slice(0, 1) }))),
    );
    expect(entryOf(world, "beta")).toMatchObject({ outcome: "failed", code: "vault-timeout", backup: {} });
  });

  it("may be empty, and have empty pages", async () => {
    const world = createWorld({ vaults: [{ name: "kv-one", keys: [] }] });
    await night(world);
    expect(world.manifest()).toMatchObject({
      head: { status: "succeeded" },
      keys: [],
      totals: { counts: { keys: 0 } },
    });
    world.vault.add({ name: "late" });
    await world.clock.advance(DAY_IN_MS);
    await attemptOnce(
      world,
      withPages(world, (pages) => pages.flatMap((page) => [{ ...page, keys: [] }, page, { ...page, keys: [] }])),
    );
    expect(entryOf(world, "late", "yearly")).toMatchObject({ outcome: "backed-up" });
  });

  it("is followed over pages of one", async () => {
    const world = createWorld({ vaults: [{ name: "kv-one", keys: ["a", "b", "c"], pageSize: 1 }] });
    await night(world);
    expect(callsOf(world, "listKeys *")).toBe(3);
    expect(world.manifest()?.totals.counts.backedUp).toBe(3);
  });
});
