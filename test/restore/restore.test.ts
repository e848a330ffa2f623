import { createHash, createPublicKey, createVerify, randomBytes } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import { restoreEvent, restoreLineSchema } from "../../src/catalog/restore-line.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import { planRestore } from "../../src/restore/plan-restore.ts";
import { runRestore } from "../../src/restore/run-restore.ts";
import { startRestoreWorld, type RestoreWorld, type WorldOptions } from "./restore-world.ts";

let world: RestoreWorld;
afterEach(() => world.close());

const rotationPolicy = {
  lifetimeActions: [{ trigger: { timeAfterCreate: "P18M" }, action: { type: "Rotate" } }],
  attributes: { expiryTime: "P48M" },
};

async function start(options: Partial<WorldOptions> = {}): Promise<void> {
  world = await startRestoreWorld({
    keys: [
      { name: "Signing", versions: 3 },
      { name: "curve", type: "EC", tags: { team: "sales" } },
      { name: "retired", type: "EC", enabled: false },
      { name: "turning", type: "EC", rotationPolicy },
      { name: "website", managed: true },
    ],
    ...options,
  });
  await world.backUp();
}

const run = (change: Parameters<RestoreWorld["request"]>[0] = {}) =>
  runRestore(world.request(change), world.context, world.logger);
const plan = (change: Parameters<RestoreWorld["request"]>[0] = {}) =>
  planRestore(world.request(change), world.context, world.logger);

function deleteAndPurge(...names: readonly string[]): void {
  for (const name of names) world.emulator.vault("app").purge(name);
}

describe("a restore to the same vault", () => {
  it("brings back what was deleted and purged, and proves it", async () => {
    await start();
    const app = world.emulator.vault("app");
    const versions = app.versionsOf("Signing");
    deleteAndPurge("Signing", "curve");
    const result = await run({ keys: ["signing", "curve"] });
    expect(result).toMatchObject({ status: "succeeded", counts: { restored: 2, failed: 0 } });
    expect(result.keys.map(({ name, proof }) => [name, proof])).toEqual([
      ["curve", { proven: true, newer: false, versions: 1, thumbprint: expect.any(String) }],
      ["Signing", { proven: true, newer: false, versions: 3, thumbprint: expect.any(String) }],
    ]);
    expect(app.versionsOf("Signing")).toEqual(versions);
  });

  it("finds what was not lost already there, without a call of Restore Key", async () => {
    await start();
    const result = await run();
    expect(result).toMatchObject({ status: "succeeded", counts: { keys: 4, alreadyThere: 4, restored: 0 } });
    expect(world.calls("app").filter((call) => call.startsWith("restore"))).toEqual([]);
    expect(result.warnings).toContainEqual({ code: "no-backup", message: expect.stringContaining('key "website"') });
  });

  it("tells a key that has been rotated since from another key", async () => {
    await start();
    await world.emulator.vault("app").rotate("Signing");
    const { keys } = await plan({ keys: ["Signing"] });
    expect(keys).toMatchObject([{ decision: "already-there", proof: { proven: true, newer: true, versions: 4 } }]);
  });

  it("refuses a name that another key has taken", async () => {
    await start();
    deleteAndPurge("curve");
    await world.emulator.vault("app").seed([{ name: "Curve", type: "EC" }]);
    const result = await run({ keys: ["curve"] });
    expect(result).toMatchObject({
      status: "refused",
      keys: [{ refusals: [{ code: "key-name-taken", kind: "state" }] }],
    });
  });

  it.each([
    [false, "purge it and restore"],
    [true, "Purge protection is on"],
  ])("says what to do about a deleted key (purge protection %s)", async (purgeProtection, words) => {
    await start({ purgeProtection });
    world.emulator.vault("app").delete("curve");
    const { status, keys } = await plan({ keys: ["curve"] });
    expect(status).toBe("refused");
    expect(keys).toMatchObject([{ refusals: [{ code: "key-soft-deleted", remedy: expect.stringContaining(words) }] }]);
  });

  it("puts the rotation policy back when asked", async () => {
    await start();
    deleteAndPurge("turning", "curve");
    const result = await run({ keys: ["turning", "curve"], rotationPolicy: true });
    expect(result.keys.map(({ name, rotationPolicy: set }) => [name, set])).toEqual([
      ["curve", "none-recorded"],
      ["turning", "set"],
    ]);
    await world.nextNight();
    await world.backUp();
    const { keys } = await plan({ keys: ["turning"] });
    expect(keys[0]?.point?.entry.rotationPolicy).toEqual(rotationPolicy);
  });

  it("warns where the right to set a rotation policy is missing, and restores all the same", async () => {
    await start();
    deleteAndPurge("turning");
    world.emulator.vault("app").setPermissions(["list", "get", "restore"]);
    const result = await run({ keys: ["turning"], rotationPolicy: true });
    expect(result).toMatchObject({ status: "succeeded", keys: [{ outcome: "restored", rotationPolicy: "failed" }] });
    expect(result.warnings).toContainEqual({
      code: "rotation-policy-not-set",
      message: expect.stringContaining("keyrotationpolicies/write"),
    });
  });

  it("says which right is missing to restore", async () => {
    await start();
    deleteAndPurge("curve");
    world.emulator.vault("app").setPermissions(["list", "get"]);
    const result = await run({ keys: ["curve"] });
    expect(result).toMatchObject({
      status: "failed",
      keys: [{ code: "vault-forbidden-rbac", hint: expect.stringContaining("keys/restore/action") }],
    });
  });
});

describe("a restore to another vault", () => {
  it("of the geography gives a key whose signatures verify under the original's public key", async () => {
    await start();
    const original = await world.target("app").getKeyVersion("Signing", newestOf("app", "Signing"));
    expect(await run({ target: "twin", keys: ["Signing"] })).toMatchObject({ status: "succeeded" });
    const message = randomBytes(64);
    const { n = "", e = "" } = original?.publicKey ?? {};
    const verify = createVerify("RSA-SHA256").update(message);
    const key = createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
    expect(verify.verify(key, await sign("twin", "Signing", message))).toBe(true);
  });

  it.each([
    ["another geography", "american", "geography-differs", "policy"],
    ["another subscription", "foreign", "subscription-differs", "prediction"],
  ] as const)(
    "is refused in %s without a call to the vault, and the vault itself would refuse",
    async (_case, target, code, kind) => {
      await start();
      const result = await run({ target, keys: ["curve"] });
      expect(result).toMatchObject({ status: "refused", keys: [{ outcome: "refused", refusals: [{ code, kind }] }] });
      expect(world.calls(target)).toEqual([]);
      const [key] = result.keys;
      const bytes = key?.point && (await key.point.store.containers.daily.read(key.point.backupPath));
      await expect(world.target(target).restoreKey("curve", bytes ?? new Uint8Array())).rejects.toMatchObject({
        code: "backup-not-decryptable",
      });
    },
  );

  it("never crosses a geography, whatever is attempted", async () => {
    await start();
    const attempt = ["subscription-differs", "source-unknown", "target-region-differs"] as const;
    expect(await run({ target: "american", attempt })).toMatchObject({ status: "refused", counts: { refused: 4 } });
    expect(world.calls("american")).toEqual([]);
  });

  it("tries another subscription when told to, records that, and translates the service's answer", async () => {
    await start();
    const result = await run({ target: "foreign", keys: ["curve"], attempt: ["subscription-differs"] });
    expect(result).toMatchObject({
      status: "failed",
      keys: [{ code: "backup-not-decryptable", attempted: [{ code: "subscription-differs" }] }],
    });
    expect(result.keys[0]?.reason).toContain("can't open this backup here: it was taken in westeurope");
    expect(lineOf(world)).toMatchObject({ attempted: ["subscription-differs"], codes: ["backup-not-decryptable"] });
  });

  it("refuses a vault that answers from another geography than the backup's", async () => {
    await start();
    world.emulator.vault("twin").setRegion("eastus");
    const { keys } = await plan({ target: "twin", keys: ["curve"], attempt: ["target-region-differs"] });
    expect(keys).toMatchObject([{ decision: "refused", refusals: [{ code: "geography-differs" }] }]);
  });

  it("refuses an HSM-protected key in a standard vault, and a premium one takes it", async () => {
    await start({ keys: [{ name: "hard", type: "EC-HSM" }] });
    expect(await plan({ target: "plain" })).toMatchObject({
      status: "refused",
      keys: [{ refusals: [{ code: "hsm-into-standard" }] }],
    });
    expect(await run({ target: "plain", attempt: ["hsm-into-standard"] })).toMatchObject({ status: "failed" });
    expect(await run({ target: "twin" })).toMatchObject({ status: "succeeded", counts: { restored: 1 } });
  });
});

describe("a run", () => {
  it("needs the target's name as its confirmation", async () => {
    await start();
    await expect(run({ confirm: "twin" })).rejects.toMatchObject({ code: "confirmation-differs" });
    expect(world.store.memory.restores.blobs.size).toBe(0);
  });

  it("goes on past a bad key, and says so in its line and its records", async () => {
    await start();
    deleteAndPurge("Signing", "curve");
    world.emulator
      .vault("app")
      .addFaults([{ match: { op: "restore" }, times: 1, fault: { status: 403, innererror: "ForbiddenByRbac" } }]);
    const result = await run();
    expect(result).toMatchObject({ status: "partial", counts: { restored: 1, alreadyThere: 2, failed: 1 } });
    expect(lineOf(world)).toMatchObject({ status: "partial", requestedBy: "a test", counts: result.counts });
    const records = world.store.memory.restores.blobs;
    expect([...records.keys()]).toEqual([`${result.restoreId}/request.json`, `${result.restoreId}/result.json`]);
    const record = JSON.parse(Buffer.from(records.get(`${result.restoreId}/result.json`)?.content ?? []).toString());
    expect(record).toMatchObject({
      status: "partial",
      keys: expect.arrayContaining([expect.objectContaining({ outcome: "failed" })]),
    });
  });

  it("restores although its records can't be written", async () => {
    await start();
    deleteAndPurge("curve");
    const error = new KeyBackupError("store-forbidden", "create a record: 403");
    world.store.memory.restores.failNext({ op: "create", error, times: 2 });
    const result = await run({ keys: ["curve"] });
    expect(result).toMatchObject({ status: "succeeded" });
    expect(result.warnings.map(({ code }) => code)).toEqual(["record-not-written", "record-not-written"]);
  });

  it.each([
    ["the connection breaks", {}],
    ["a gateway answers", { html: 502 }],
    ["the vault says 500", { status: 500 }],
  ])("finds a key restored whose answer was lost (%s)", async (_case, fault) => {
    await start();
    deleteAndPurge("curve");
    world.emulator
      .vault("app")
      .addFaults([{ match: { op: "restore" }, times: 1, fault: { applyThenFail: true, ...fault } }]);
    expect(await run({ keys: ["curve"] })).toMatchObject({
      status: "succeeded",
      keys: [{ outcome: "restored", proof: { proven: true } }],
    });
  });

  it("waits out the seconds after a purge", async () => {
    await start();
    deleteAndPurge("curve");
    world.emulator
      .vault("app")
      .addFaults([{ match: { op: "restore" }, times: 3, fault: { status: 409, code: "Conflict" } }]);
    const before = world.clock.now().getTime();
    expect(await run({ keys: ["curve"] })).toMatchObject({ status: "succeeded", counts: { restored: 1 } });
    expect(world.clock.now().getTime() - before).toBeGreaterThanOrEqual(15_000);
  });

  it("goes on where one that was cut off has stopped", async () => {
    await start();
    deleteAndPurge("Signing", "curve", "retired", "turning");
    const killed = new Error("killed");
    const first = run({
      onProgress: (_key, done) => {
        if (done === 2) throw killed;
      },
    });
    await expect(first).rejects.toBe(killed);
    expect(await run()).toMatchObject({ status: "succeeded", counts: { keys: 4, alreadyThere: 2, restored: 2 } });
  });

  it("says what it did not reach in its time", async () => {
    await start();
    deleteAndPurge("Signing", "curve");
    const slow = { match: { op: "restore" as const }, times: 3, fault: { status: 409, code: "Conflict" } };
    world.emulator.vault("app").addFaults([slow]);
    const result = await run({ timeLimitInMs: 10_000 });
    expect(result).toMatchObject({ status: "partial", counts: { keys: 4, restored: 1, notReached: 3 } });
  });

  it("does nothing when there are more keys than its caller takes", async () => {
    await start();
    deleteAndPurge("curve");
    await expect(run({ mostKeys: 3 })).rejects.toMatchObject({ code: "bad-request", problems: [expect.any(String)] });
    expect(world.store.memory.restores.blobs.size).toBe(0);
    expect(await run({ mostKeys: 4 })).toMatchObject({ status: "succeeded", counts: { keys: 4, restored: 1 } });
  });

  it("goes on where deleted keys may not be seen, and says so", async () => {
    await start();
    deleteAndPurge("curve");
    const hidden = { status: 403, innererror: "ForbiddenByRbac" };
    world.emulator.vault("app").addFaults([{ match: { op: "getDeleted" }, fault: hidden }]);
    const result = await run({ keys: ["curve"] });
    expect(result).toMatchObject({ status: "succeeded", warnings: [{ code: "deleted-keys-unseen" }] });
  });

  it("stops after twenty keys that fail for one cause", async () => {
    await start({ keys: [{ name: "k", type: "EC", count: 25 }] });
    deleteAndPurge(...world.emulator.vault("app").keyNames());
    world.emulator.vault("app").setPermissions(["list", "get"]);
    const result = await run();
    expect(result).toMatchObject({ status: "failed", counts: { failed: 20, notReached: 5 } });
    expect(world.calls("app").filter((call) => call === "restore")).toHaveLength(20);
  });

  it("calls the vault serially, and first with something that has no body", async () => {
    await start();
    deleteAndPurge("Signing", "curve");
    world.emulator.vault("app").resetRequests();
    await run();
    expect(world.emulator.vault("app").maxConcurrency()).toBe(1);
    expect(world.calls("app")[0]).toBe("list");
  });

  it("tells no log, record or answer what a backup holds", async () => {
    world = await startRestoreWorld({ keys: [{ name: "curve", type: "EC" }] });
    const marker = "planted-marker-of-a-backup";
    world.emulator.vault("app").plantMarker(marker);
    await world.backUp();
    deleteAndPurge("curve");
    const result = await run();
    expect(result.status).toBe("succeeded");
    const stored = [...world.store.memory.daily.blobs].filter(([path]) => path.endsWith(".backup"));
    expect(stored.some(([, { content }]) => Buffer.from(content).includes(marker))).toBe(true);
    const records = [...world.store.memory.restores.blobs.values()].map(({ content }) =>
      Buffer.from(content).toString(),
    );
    expect([world.logger.text(), ...records, JSON.stringify(result.keys)].join("\n")).not.toContain(marker);
  });
});

function lineOf({ logger }: RestoreWorld): unknown {
  const line = logger.lines.findLast(({ message }) => message.startsWith(restoreEvent));
  return restoreLineSchema.parse(JSON.parse(line?.message.slice(restoreEvent.length) ?? ""));
}

const newestOf = (vault: string, key: string): string => world.emulator.vault(vault).versionsOf(key).at(-1) ?? "";

/** Signs in the vault, as an application would. */
async function sign(vault: string, key: string, message: Uint8Array): Promise<Uint8Array> {
  const { url } = world.emulator.vault(vault);
  const value = createHash("sha256").update(message).digest("base64url");
  const response = await fetch(`${url}/keys/${key}/${newestOf(vault, key)}/sign?api-version=7.4`, {
    method: "POST",
    headers: { authorization: "Bearer local", "content-type": "application/json" },
    body: JSON.stringify({ alg: "RS256", value }),
  });
  const answer: unknown = await response.json();
  if (typeof answer !== "object" || answer === null || !("value" in answer)) throw new Error("no signature");
  return Buffer.from(String(answer.value), "base64url");
}
