import { describe, expect, it } from "vitest";
import type { FaultRule } from "../../local/key-vault-emulator/emulator.ts";
import { backupOf, clientFor, collect, oneVault, send } from "./clients.ts";

type Fault = FaultRule["fault"];

const connectionBroken = /hang up|ECONNRESET|aborted|terminated/i;

/** A vault with one key, whose next backup meets the fault. */
async function faultyBackup(fault: Fault) {
  const { vault, client } = await oneVault([{ name: "k" }, { name: "other" }]);
  vault.addFaults([{ match: { op: "backup", name: "k" }, times: 1, fault }]);
  return { vault, client, call: () => send(vault.url, "/keys/k/backup?api-version=7.4", { method: "POST" }) };
}

describe("fault rules", () => {
  it("apply to the request they match, as often as they say, in their order", async () => {
    const { vault } = await oneVault([{ name: "pay-1" }, { name: "pay-2" }, { name: "web" }]);
    vault.addFaults([
      { match: { op: ["get", "backup"], name: "PAY-*" }, times: 2, fault: { status: 503 } },
      { match: { method: "get", nth: 2 }, fault: { status: 500 } },
      { match: { vault: "kv-another" }, fault: { status: 400 } },
    ]);
    const get = async (name: string) => (await send(vault.url, `/keys/${name}?api-version=7.4`)).status;
    const seen = [await get("pay-1"), await get("web"), await get("pay-2"), await get("pay-1"), await get("web")];
    expect(seen).toEqual([503, 200, 503, 500, 200]);
    vault.addFaults([{ fault: { status: 418 } }]);
    expect(await get("web")).toBe(418);
    vault.clearFaults();
    expect(await get("web")).toBe(200);
  });

  it("never meet the request without a token that a client sends first", async () => {
    const { vault, client } = await oneVault([{ name: "k" }]);
    vault.addFaults([{ match: { nth: 1 }, fault: { status: 500 } }]);
    await expect(client.getKey("k")).rejects.toMatchObject({ statusCode: 500, code: "InternalServerError" });
    expect(vault.requests().map(({ status }) => status)).toEqual([401, 500]);
  });

  it("with a probability hit about as often, the same requests for the same seed", async () => {
    const run = async (): Promise<number[]> => {
      const { vault } = await oneVault([{ name: "k" }], { seed: 11 });
      vault.addFaults([{ probability: 0.3, fault: { status: 503 } }]);
      const statuses: number[] = [];
      for (let index = 0; index < 100; index++) {
        statuses.push((await send(vault.url, "/keys/k?api-version=7.4")).status);
      }
      return statuses;
    };
    const first = await run();
    const hits = first.filter((status) => status === 503).length;
    expect(hits).toBeGreaterThan(15);
    expect(hits).toBeLessThan(45);
    expect(await run()).toEqual(first);
  });

  it.each([
    [{ status: 429 }, 429, "Throttled", undefined, "Reason: VaultRequestTypeLimitReached"],
    [{ status: 500 }, 500, "InternalServerError", undefined, ""],
    [{ status: 403, innererror: "ForbiddenByFirewall" }, 403, "Forbidden", "ForbiddenByFirewall", "Client address"],
    [{ status: 403, innererror: "ForbiddenByConnection" }, 403, "Forbidden", "ForbiddenByConnection", "Public network"],
    [{ status: 403, innererror: "ForbiddenByPolicy" }, 403, "Forbidden", "ForbiddenByPolicy", "keys backup permission"],
    [{ status: 403, innererror: "KeyDisabled" }, 403, "Forbidden", "KeyDisabled", "disabled key"],
    [{ status: 403, innererror: "KeyManagedByKeyVault" }, 403, "Forbidden", "KeyManagedByKeyVault", "certificate"],
    [{ status: 418, code: "Own", message: "own words" }, 418, "Own", undefined, "own words"],
    [{ expiredToken: true }, 401, "Unauthorized", undefined, "[TokenExpired]"],
  ] as const)("answer %j in the service's words", async (fault, status, code, innererror, words) => {
    const { call } = await faultyBackup(fault);
    const response = await call();
    expect(response.status).toBe(status);
    expect(response.headers.get("retry-after")).toBeNull();
    expect(response.headers.get("x-ms-keyvault-region")).toBe("westeurope");
    expect(await response.json()).toMatchObject({
      error: {
        code,
        message: expect.stringContaining(words),
        ...(innererror === undefined ? {} : { innererror: { code: innererror } }),
      },
    });
    expect((await call()).status).toBe(200);
  });

  it("send Retry-After and other headers, and another region or none", async () => {
    const { vault, call } = await faultyBackup({ status: 429, retryAfter: 3, headers: { "x-own": "1" } });
    const response = await call();
    expect([response.headers.get("retry-after"), response.headers.get("x-own")]).toEqual(["3", "1"]);
    vault.addFaults([
      { match: { nth: 1 }, fault: { region: "eastus" } },
      { match: { nth: 1 }, fault: { region: null } },
    ]);
    expect((await call()).headers.get("x-ms-keyvault-region")).toBe("eastus");
    const without = await call();
    expect([without.status, without.headers.get("x-ms-keyvault-region")]).toEqual([200, null]);
  });

  it("answer a proxy's page, an empty body, a cut body", async () => {
    const { vault, call } = await faultyBackup({ html: 502 });
    const page = await call();
    expect([page.status, page.headers.get("content-type")]).toEqual([502, "text/html"]);
    expect(await page.text()).toContain("502 Bad Gateway");
    vault.addFaults([
      { match: { nth: 1 }, fault: { status: 429, emptyBody: true } },
      { match: { nth: 1 }, fault: { emptyBody: true } },
      { match: { nth: 1 }, fault: { truncateBody: 100 } },
    ]);
    const empty = await call();
    expect([empty.status, await empty.text()]).toEqual([429, ""]);
    const emptySuccess = await call();
    expect([emptySuccess.status, await emptySuccess.text()]).toEqual([200, ""]);
    const cut = await call();
    expect([cut.status, (await cut.text()).length]).toEqual([200, 100]);
  });

  it.each([["before"], ["afterHeaders"], ["midBody"]] as const)("break the connection: %s", async (reset) => {
    const { client, vault } = await faultyBackup({ reset });
    await expect(client.backupKey("k")).rejects.toThrow(connectionBroken);
    expect(vault.requests().at(-1)).toMatchObject({ op: "backup", key: "k", status: 0 });
    expect((await backupOf(client, "k")).length).toBeGreaterThan(5_000);
  });

  it("delay an answer, or never give it", async () => {
    const { client, vault, call } = await faultyBackup({ delayMs: 120 });
    const started = performance.now();
    expect((await call()).status).toBe(200);
    expect(performance.now() - started).toBeGreaterThan(110);
    vault.addFaults([{ times: 1, fault: { hang: true } }]);
    await expect(client.backupKey("k", { abortSignal: AbortSignal.timeout(100) })).rejects.toMatchObject({
      name: "AbortError",
    });
  });

  it("lose the answer after the work is done", async () => {
    const { vault, client } = await oneVault([{ name: "k" }, { name: "l" }]);
    const [blob, other] = [await backupOf(client, "k"), await backupOf(client, "l")];
    vault.purge("k");
    vault.purge("l");
    vault.addFaults([
      { match: { op: "restore", nth: 1 }, fault: { applyThenFail: true } },
      { match: { op: "restore", nth: 1 }, fault: { applyThenFail: true, status: 503 } },
    ]);
    await expect(client.restoreKeyBackup(blob)).rejects.toThrow(connectionBroken);
    expect(vault.keyNames()).toEqual(["k"]);
    await expect(client.restoreKeyBackup(other)).rejects.toMatchObject({ statusCode: 503 });
    expect(vault.keyNames()).toEqual(["k", "l"]);
  });

  it.each([["bitflip"], ["truncate"]] as const)(
    "hand out a backup that cannot be restored: %s",
    async (corruptBlob) => {
      const { vault, client } = await faultyBackup({ corruptBlob });
      const blob = await backupOf(client, "k");
      expect(blob.length).toBeGreaterThan(3_000);
      vault.purge("k");
      await expect(client.restoreKeyBackup(blob)).rejects.toMatchObject({ code: "Malformed backup blob" });
    },
  );

  it.each([
    ["empty", 0],
    ["absent", undefined],
  ] as const)("hand out a backup that is %s", async (corruptBlob, length) => {
    const { client } = await faultyBackup({ corruptBlob });
    expect((await client.backupKey("k"))?.length).toBe(length);
  });

  it("repeat or leave out an item of a page, or lead to another host", async () => {
    const { vault, client } = await oneVault([{ name: "k", count: 30 }]);
    vault.addFaults([
      { match: { op: "list", nth: 1 }, fault: { duplicateItem: true } },
      { match: { op: "list", nth: 1 }, fault: { dropItem: true } },
    ]);
    const names = (await collect(client.listPropertiesOfKeys())).map(({ name }) => name);
    expect(names.slice(0, 3)).toEqual(["k-0001", "k-0001", "k-0002"]);
    expect(names).not.toContain("k-0026");
    vault.addFaults([{ match: { op: "list", nth: 1 }, fault: { badNextLink: "http://127.0.0.1:1" } }]);
    const page = await (await send(vault.url, "/keys?api-version=7.4")).text();
    expect(page).toContain('"nextLink":"http://127.0.0.1:1/keys?');
  });

  it("let somebody else work on the key right before or after the call", async () => {
    const { vault, client } = await oneVault([{ name: "k" }, { name: "l" }, { name: "m" }]);
    vault.addFaults([
      { match: { op: "backup", name: "k" }, fault: { effect: { do: "rotate", when: "after" } } },
      { match: { op: "backup", name: "l" }, fault: { effect: { do: "delete", when: "before" } } },
      { match: { op: "backup", name: "m" }, fault: { effect: { do: "disable", name: "k" } } },
    ]);
    const blob = await backupOf(client, "k");
    expect(vault.versionsOf("k")).toHaveLength(2);
    await expect(client.backupKey("l")).rejects.toMatchObject({ statusCode: 404, code: "KeyNotFound" });
    await backupOf(client, "m");
    expect((await client.getKey("k")).properties.enabled).toBe(false);
    vault.purge("k");
    await client.restoreKeyBackup(blob);
    expect(vault.versionsOf("k")).toHaveLength(1);
  });

  it("show what the SDK does: 429 is retried with Retry-After only", async () => {
    const { vault } = await oneVault([{ name: "k" }]);
    const client = clientFor(vault.url, "local", { retryOptions: { maxRetries: 3 } });
    await client.getKey("k");
    vault.addFaults([{ times: 1, fault: { status: 429, retryAfter: 0 } }]);
    await expect(client.getKey("k")).resolves.toMatchObject({ name: "k" });
    vault.addFaults([{ times: 1, fault: { status: 429 } }]);
    await expect(client.getKey("k")).rejects.toMatchObject({ statusCode: 429, code: "Throttled" });
  });
});
