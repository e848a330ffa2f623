import { createHash } from "node:crypto";
import { request } from "node:http";
import { inspect } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { startAzurite, type Azurite } from "../../local/azurite/azurite.ts";
import { createBlobStore } from "../../src/azure/blob-store.ts";
import type { BackupStore } from "../../src/ports/backup-store.ts";
import { createSimulatedClock, type SimulatedClock } from "../memory/simulated-clock.ts";
import { startFaultyProxy, type FaultyProxy } from "./faulty-proxy.ts";
import { empty, hang, html, reset, type Reply } from "./scripted-server.ts";
import { failureOf } from "./scripted-vault.ts";

const PLANTED = "planted-marker-in-the-bytes-of-a-backup".repeat(200);
const bytes = new TextEncoder().encode(PLANTED);
const textOf = (read: Uint8Array | undefined) => read && new TextDecoder().decode(read);

let azurite: Azurite;
let proxy: FaultyProxy;
let clock: SimulatedClock;
let store: BackupStore;
let containers = 0;
let sas: string;

beforeAll(async () => {
  azurite = await startAzurite();
  proxy = await startFaultyProxy(azurite.blobUrl);
});
afterAll(async () => {
  await proxy.close();
  await azurite.close();
});
beforeEach(async () => {
  containers += 1;
  await azurite.createContainers([`faults-${containers}`]);
  sas = azurite.createOnlySas();
  clock = createSimulatedClock("2026-11-24T02:00:00Z");
  store = open(`faults-${containers}`);
});

function open(container: string, signature = sas): BackupStore {
  const containerUrl = azurite.accountUrl().replace(azurite.blobUrl, proxy.url) + `/${container}`;
  return createBlobStore({ containerUrl, sas: signature, clock, callLimitInMs: 150, listPageSize: 2 });
}

/** Requests of one method since `from`. */
const sent = (method: string, from: number) => proxy.seen.slice(from).filter((seen) => seen.method === method);

const storageError = (status: number, code: string, headers = {}): Reply =>
  empty(status, { "x-ms-error-code": code, "x-ms-request-id": "request-1", ...headers });

describe("a create", () => {
  it("is one Put Blob, that never overwrites, with its MD5 and its content type", async () => {
    const from = proxy.seen.length;
    await store.create("blobs/v/r/keys/k.backup", bytes, { hash: "1" });
    await store.create("blobs/v/r/keys/k.json", bytes, {});
    await store.create("manifests/v/r.jsonl", bytes, {});
    const puts = sent("PUT", from);
    expect(proxy.seen.length - from).toBe(3);
    expect(puts[0]?.headers).toMatchObject({
      "if-none-match": "*",
      "x-ms-blob-type": "BlockBlob",
      "x-ms-blob-content-md5": createHash("md5").update(bytes).digest("base64"),
      "x-ms-meta-hash": "1",
    });
    expect(puts[0]?.body.equals(bytes)).toBe(true);
    expect(puts.map(({ headers }) => headers["x-ms-blob-content-type"])).toEqual([
      "application/octet-stream",
      "application/json",
      "application/jsonl",
    ]);
  });

  it("whose answer is lost finds its own blob, and does not write it again", async () => {
    const from = proxy.seen.length;
    proxy.script(proxy.loseAnswer);
    const { outcome, blob } = await store.create("lost", bytes, { hash: "1" });
    expect({ outcome, facts: blob.facts, bytes: blob.bytes }).toEqual({
      outcome: "exists",
      facts: { hash: "1" },
      bytes: bytes.byteLength,
    });
    expect(sent("PUT", from)).toHaveLength(2);
    expect(textOf(await store.read("lost"))).toBe(PLANTED);
  });

  it.each<readonly [string, Reply]>([
    ["409 BlobAlreadyExists", storageError(409, "BlobAlreadyExists")],
    ["409 BlobImmutableDueToPolicy", storageError(409, "BlobImmutableDueToPolicy")],
    ["412 ConditionNotMet", storageError(412, "ConditionNotMet")],
    ["403 AuthorizationPermissionMismatch", storageError(403, "AuthorizationPermissionMismatch")],
    ["403 UnauthorizedBlobOverwrite", storageError(403, "UnauthorizedBlobOverwrite")],
    ["403 AuthorizationFailure", storageError(403, "AuthorizationFailure")],
  ])("answered %s tells of what is there", async (_case, refusal) => {
    await store.create("there", bytes, { hash: "1" });
    proxy.script(refusal);
    expect(await store.create("there", new Uint8Array(3), { hash: "2" })).toMatchObject({
      outcome: "exists",
      blob: { bytes: bytes.byteLength, facts: { hash: "1" } },
    });
  });

  it.each<readonly [string, Reply, string]>([
    ["403 AuthorizationPermissionMismatch", storageError(403, "AuthorizationPermissionMismatch"), "store-forbidden"],
    ["409 AccountBeingCreated", storageError(409, "AccountBeingCreated"), "store-bad-request"],
    ["404 ContainerNotFound", storageError(404, "ContainerNotFound"), "store-container-missing"],
    ["400 InvalidHeaderValue", storageError(400, "InvalidHeaderValue"), "store-bad-request"],
  ])("answered %s where nothing is is that refusal", async (_case, refusal, code) => {
    const from = proxy.seen.length;
    proxy.script(refusal);
    expect(await failureOf(store.create("absent", bytes, {}))).toMatchObject({
      code,
      message: expect.stringMatching(/^create absent in 127\.0\.0\.1:\d+\/faults-\d+: 4\d\d /),
      cause: { requestId: "request-1" },
    });
    expect(sent("PUT", from)).toHaveLength(1);
    expect(await store.stat("absent")).toBeUndefined();
  });

  it("with facts that are refused sends nothing", async () => {
    const from = proxy.seen.length;
    await expect(store.create("bad", bytes, { "a-b": "c" })).rejects.toMatchObject({ code: "store-bad-facts" });
    expect(proxy.seen.length).toBe(from);
  });
});

it("facts that somebody else wrote in capitals are read in lower case, by stat and by list", async () => {
  const url = new URL(`${azurite.accountUrl()}/faults-${containers}/foreign?${sas}`);
  const headers = { "x-ms-blob-type": "BlockBlob", "x-ms-version": "2025-11-05", "x-ms-meta-TakenAt": "2026" };
  const status = await new Promise((resolve, reject) => {
    const put = request(url, { method: "PUT", headers, agent: false }, (answer) => resolve(answer.statusCode));
    put.on("error", reject);
    put.end("x");
  });
  expect(status).toBe(201);
  expect((await store.stat("foreign"))?.facts).toEqual({ takenat: "2026" });
  for await (const { facts } of store.list("foreign")) expect(facts).toEqual({ takenat: "2026" });
});

describe("a fault that passes", () => {
  const faults: readonly (readonly [string, Reply])[] = [
    ["500", storageError(500, "InternalError")],
    ["503 ServerBusy", storageError(503, "ServerBusy", { "retry-after": "3" })],
    ["500 OperationTimedOut", storageError(500, "OperationTimedOut")],
    ["502 in HTML", html(502)],
    ["404 in HTML", html(404)],
    ["429 without a body", empty(429)],
    ["a reset connection", reset],
    ["no answer at all", hang],
  ];
  it.each(faults)("%s is tried again: create", async (_case, fault) => {
    proxy.script(fault);
    expect(await store.create("again", bytes, {})).toMatchObject({ outcome: "created" });
  });
  it.each(faults)("%s is tried again: read, stat, list", async (_case, fault) => {
    for (const path of ["a", "b", "c"]) await store.create(path, bytes, {});
    proxy.script(fault);
    expect(textOf(await store.read("a"))).toBe(PLANTED);
    proxy.script(fault);
    expect(await store.stat("a")).toMatchObject({ bytes: bytes.byteLength });
    const paths: string[] = [];
    for await (const { path } of store.list("")) {
      paths.push(path);
      if (paths.length === 1) proxy.script(fault);
    }
    expect(paths).toEqual(["a", "b", "c"]);
  });

  it("a download that breaks off is read again from its beginning", async () => {
    await store.create("long", bytes, {});
    const from = proxy.seen.length;
    proxy.script(proxy.breakOff, proxy.breakOff);
    expect(textOf(await store.read("long"))).toBe(PLANTED);
    expect(sent("GET", from).map(({ headers }) => headers.range ?? headers["x-ms-range"])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it("waits as long as Retry-After says", async () => {
    proxy.script(storageError(503, "ServerBusy", { "retry-after": "9" }));
    const start = clock.now().getTime();
    await store.stat("absent");
    expect(clock.now().getTime() - start).toBeGreaterThanOrEqual(9000);
  });
});

describe("a fault that stays", () => {
  it.each<readonly [string, Reply, string, number]>([
    ["500", storageError(500, "InternalError"), "store-unavailable", 4],
    ["403 in HTML", html(403), "store-bad-answer", 4],
    ["404 in HTML", html(404), "store-bad-answer", 4],
    ["a reset connection", reset, "store-unreachable", 4],
    ["no answer at all", hang, "store-timeout", 3],
    ["403 AuthorizationFailure", storageError(403, "AuthorizationFailure"), "store-forbidden", 1],
  ])("%s ends", async (_case, fault, code, attempts) => {
    const from = proxy.seen.length;
    proxy.script(...Array<Reply>(attempts).fill(fault));
    const error = await failureOf(store.read("k"));
    expect(error).toMatchObject({ code });
    expect(sent("GET", from)).toHaveLength(attempts);
  });

  it("names neither the signature nor the bytes", async () => {
    proxy.script(...Array<Reply>(4).fill(html(403)));
    const tokens = [/sig=([^&]+)/.exec(sas)?.[1] ?? "none", "planted-marker"];
    const error = await failureOf(store.create("k", bytes, {}));
    const unsigned = await failureOf(open(`faults-${containers}`, sas.replace(/sig=[^&]+/, "sig=AAAA")).stat("k"));
    expect(unsigned).toMatchObject({ code: "store-forbidden" });
    for (const told of [error, unsigned].map((each) => inspect(each, { depth: 10, showHidden: true }))) {
      for (const token of tokens) expect(told).not.toContain(token);
    }
  });

  it("is a container that is not there, by each call", async () => {
    const nowhere = open("nowhere");
    const missing = { code: "store-container-missing" };
    await expect(nowhere.create("a", bytes, {})).rejects.toMatchObject(missing);
    await expect(nowhere.read("a")).rejects.toMatchObject(missing);
    await expect(nowhere.stat("a")).rejects.toMatchObject(missing);
    await expect(nowhere.list("")[Symbol.asyncIterator]().next()).rejects.toMatchObject(missing);
  });
});
