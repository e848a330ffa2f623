import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { bounded } from "../../src/azure/credential.ts";
import { brokenOff, empty, hang, html, json, reset, truncated, type Reply } from "./scripted-server.ts";
import { failureOf, refusal, startScriptedVault, TOKEN, type ScriptedVault } from "./scripted-vault.ts";

const PLANTED = "planted-marker-in-the-bytes-of-a-backup".repeat(20);
const good = json(200, { value: Buffer.from(PLANTED).toString("base64url") });
const throttled = (headers = {}) => json(429, refusal("Throttled", "Reason: VaultRequestTypeLimitReached"), headers);

let scripted: ScriptedVault;
beforeEach(async () => {
  scripted = await startScriptedVault();
});
afterEach(() => scripted.close());

const backUp = () => scripted.vault.backupKey("orders");

async function timeOf(work: Promise<unknown>): Promise<number> {
  const start = scripted.clock.now().getTime();
  await work;
  return (scripted.clock.now().getTime() - start) / 1000;
}

describe("a fault that passes", () => {
  it.each<readonly [string, Reply]>([
    ["500", json(500, refusal("InternalServerError", "Try again."))],
    ["503", json(503, refusal("ServiceUnavailable", "Try again."))],
    ["504 without a body", empty(504)],
    ["502 in HTML", html(502)],
    ["200 in HTML", html(200)],
    ["408", json(408, refusal("RequestTimeout", "Try again."))],
    ["429 without Retry-After", throttled()],
    ["429 with an empty body", empty(429)],
    ["a reset connection", reset],
    ["an answer that breaks off", brokenOff({ value: "AAAA".repeat(1000) })],
    ["an answer of half a document", truncated({ value: "AAAA".repeat(1000) })],
    ["an empty 200", empty(200)],
    ["a 200 without a backup", json(200, {})],
    ["a 200 with an empty backup", json(200, { value: "" })],
    ["a backup that is not base64url", json(200, { value: "not base64url!" })],
    ["no answer at all", hang],
  ])("%s is tried again", async (_case, fault) => {
    scripted.script(fault, good);
    expect(Buffer.from(await backUp()).toString()).toBe(PLANTED);
    expect(scripted.signedIn()).toHaveLength(2);
  });

  it("waits longer each time, with jitter", async () => {
    const fault = json(500, refusal("InternalServerError", "Try again."));
    scripted.script(fault, fault, fault, good);
    const seconds = await timeOf(backUp());
    expect(seconds).toBeGreaterThan(3.5);
    expect(seconds).toBeLessThan(7.2);
  });
});

describe("a fault that stays", () => {
  it.each<readonly [string, Reply, string, number]>([
    ["500", json(500, refusal("InternalServerError", "Try again.")), "vault-unavailable", 4],
    ["502 in HTML", html(502), "vault-unavailable", 4],
    ["501", json(501, refusal("NotImplemented", "Never.")), "vault-bad-request", 1],
    ["403 in HTML", html(403), "vault-bad-answer", 4],
    ["401 without a challenge", empty(401), "vault-unauthorized", 1],
    ["429", throttled(), "vault-throttled", 6],
    ["a reset connection", reset, "vault-unreachable", 4],
    ["an answer of half a document", truncated({ value: PLANTED }), "vault-bad-answer", 4],
    ["an answer that breaks off", brokenOff({ value: PLANTED }), "vault-unreachable", 4],
    ["a backup that is not base64url", json(200, { value: `${PLANTED}!` }), "vault-bad-answer", 4],
    ["an empty backup", json(200, { value: "" }), "key-backup-empty", 4],
    ["no answer at all", hang, "key-backup-timeout", 2],
    ["a redirection", empty(302, { location: "http://127.0.0.1:1/" }), "vault-bad-answer", 4],
  ])("%s ends, as %s", async (_case, fault, code, attempts) => {
    scripted.script(...Array<Reply>(10).fill(fault));
    const error = await failureOf(backUp());
    expect(error).toMatchObject({ code, message: expect.stringMatching(/^back up key "orders" of contoso/) });
    expect(scripted.signedIn()).toHaveLength(attempts);
    const told = inspect(error, { depth: 10, showHidden: true });
    expect(told).not.toContain(TOKEN);
    expect(told).not.toContain("planted-marker");
  });

  it("hangs no longer than its limit, and says which call it was", async () => {
    scripted.script(hang, hang, hang);
    const error = await failureOf(scripted.vault.getKey("orders"));
    expect(error).toMatchObject({
      code: "vault-timeout",
      message: 'get key "orders" of contoso.vault.azure.net: no answer within 0.15 s',
    });
    expect(scripted.signedIn()).toHaveLength(3);
  });

  it("is a vault that is not there, when nothing listens", async () => {
    await scripted.close();
    expect(await failureOf(backUp())).toMatchObject({ code: "vault-unreachable", cause: { code: "ECONNREFUSED" } });
  });
});

describe("429", () => {
  it("without Retry-After makes the vault wait 1, 2 and 4 seconds, and slows it down", async () => {
    scripted.script(throttled(), throttled(), throttled(), good);
    const seconds = await timeOf(backUp());
    expect(seconds).toBeGreaterThanOrEqual(7);
    expect(seconds).toBeLessThan(7.5);
    expect(scripted.pacer.requestsPerSecond).toBeLessThan(15);
  });

  it.each([
    ["seconds", { "retry-after": "7" }, 7],
    ["a date", { "retry-after": "Tue, 24 Nov 2026 02:00:09 GMT" }, 8.9],
    ["milliseconds", { "x-ms-retry-after-ms": "2500" }, 2.5],
  ])("with Retry-After in %s waits as long as that", async (_case, headers, expected) => {
    scripted.script(throttled(headers), good);
    const seconds = await timeOf(backUp());
    expect(seconds).toBeGreaterThanOrEqual(expected);
    expect(seconds).toBeLessThan(expected + 0.2);
  });
});

describe("every request", () => {
  it("is counted and paced, the sign-in's included", async () => {
    scripted.script(json(500, refusal("InternalServerError", "")), good, good);
    await backUp();
    await backUp();
    expect(scripted.vault.requestCount()).toBe(4);
    expect(scripted.server.seen).toHaveLength(4);
    expect(scripted.server.seen.map(({ target }) => target.split("?")[0])).toEqual(
      Array(4).fill("/keys/orders/backup"),
    );
  });
});

describe("a credential", () => {
  it("that fails is told as such, without its secrets", async () => {
    const failing = { getToken: () => Promise.reject(new Error(`no endpoint; tried Bearer ${TOKEN}`)) };
    const error = await failureOf(bounded(failing).getToken("scope"));
    expect(error).toMatchObject({ code: "credential-unavailable", message: expect.stringContaining("no endpoint") });
    expect(inspect(error, { depth: 10 })).not.toContain("planted-marker");
  });

  it("that hangs is given up", async () => {
    const hanging = { getToken: () => new Promise<never>(() => undefined) };
    expect(await failureOf(bounded(hanging, 50).getToken("scope"))).toMatchObject({ code: "credential-unavailable" });
  });
});
