import { readFileSync } from "node:fs";
import * as z from "zod";
import { describe, expect, it } from "vitest";
import type { EmulatedVault } from "../../local/key-vault-emulator/emulator.ts";
import { backupOf, oneVault, send } from "./clients.ts";

const recordingSchema = z.object({
  calls: z.array(
    z.object({
      method: z.string(),
      path: z.string(),
      authorized: z.boolean().default(true),
      requestBody: z.unknown().optional(),
      status: z.number(),
      headers: z.record(z.string(), z.string()),
      body: z.unknown().optional(),
    }),
  ),
});
type RecordedCall = z.output<typeof recordingSchema>["calls"][number];

function recording(name: string): RecordedCall[] {
  const text = readFileSync(new URL(`recordings/${name}.json`, import.meta.url), "utf8");
  return recordingSchema.parse(JSON.parse(text)).calls;
}

/** Of the connection, of the year 2021, or of a vault's role cache: no part of what is emulated. */
const leftOut = /^(date|connection|keep-alive|transfer-encoding|content-length|x-powered-by|x-ms-keyvault-rbac-.*)$/;
const headerNames = (names: Iterable<string>) => [...names].filter((name) => !leftOut.test(name)).toSorted();

/** Member names and types; of a list, those of each different item. */
function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return [...new Set(value.map((item) => JSON.stringify(shapeOf(item))))].toSorted();
  if (typeof value !== "object" || value === null) return value === null ? "null" : typeof value;
  const entries = Object.entries(value).map(([name, member]): [string, unknown] => [name, shapeOf(member)]);
  return Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1)));
}

const errorSchema = z.object({
  error: z.object({ code: z.string(), message: z.string(), innererror: z.object({ code: z.string() }).optional() }),
});

/** What an error says, ids aside. */
function errorOf(body: unknown): unknown {
  const { data } = errorSchema.safeParse(body);
  return (
    data && { ...data.error, message: data.error.message.replaceAll(/https?:\/\/[^']*\/keys\/[^']*/g, "(key id)") }
  );
}

const pageSchema = z.object({ value: z.array(z.unknown()) });
const policySchema = z.object({ lifetimeActions: z.array(z.unknown()) });
const compared = ["content-type", "cache-control", "expires", "pragma", "x-ms-client-request-id"];

/** What of an answer must be the same. */
function answerOf(status: number, headers: ReadonlyMap<string, string>, body: unknown) {
  return {
    status,
    error: errorOf(body),
    shape: shapeOf(body),
    headerNames: headerNames(headers.keys()),
    headers: compared.map((name) => headers.get(name)),
  };
}

/** Some recordings were transcribed without the request's id. */
function recordedAnswer({ status, headers, body }: RecordedCall) {
  return answerOf(status, new Map(Object.entries({ "x-ms-request-id": "", ...headers })), body);
}

async function replay(vault: EmulatedVault, recorded: RecordedCall, requestBody = recorded.requestBody) {
  const clientRequestId = recorded.headers["x-ms-client-request-id"];
  const response = await send(vault.url, recorded.path, {
    method: recorded.method,
    ...(requestBody === undefined ? {} : { body: JSON.stringify(requestBody) }),
    headers: {
      ...(recorded.authorized ? {} : { authorization: "" }),
      ...(clientRequestId === undefined ? {} : { "x-ms-client-request-id": clientRequestId }),
    },
  });
  const text = await response.text();
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  const headers = new Map(response.headers.entries());
  return { body, headers, answer: answerOf(response.status, headers, body) };
}

const pause = (durationInMs: number) => new Promise((resolve) => setTimeout(resolve, durationInMs));

describe("answers as recorded from the real service", () => {
  it("create, backup, delete, purge, restore, get", async () => {
    const { vault } = await oneVault([], { deleteLatencyMs: 100 });
    let blob: unknown;
    const bundles: unknown[] = [];
    for (const call of recording("key-life-cycle")) {
      if (call.path.startsWith("/deletedkeys") && call.status === 200) await pause(150);
      const isRestore = call.path.startsWith("/keys/restore");
      const { body, answer } = await replay(vault, call, isRestore ? blob : call.requestBody);
      expect(answer).toEqual(recordedAnswer(call));
      if (call.path.includes("/backup")) blob = body;
      if (isRestore || call.path.includes("/create")) bundles.push(body);
    }
    expect(bundles).toHaveLength(2);
    expect(bundles[1]).toEqual(bundles[0]);
  });

  it("rotation policy and rotation", async () => {
    const { vault } = await oneVault([]);
    const policies: unknown[] = [];
    for (const call of recording("rotation")) {
      const { body, answer } = await replay(vault, call);
      expect(answer).toEqual(recordedAnswer(call));
      if (call.method !== "PUT") continue;
      policies.push(policySchema.parse(body));
      expect(policies.at(-1)).toEqual(policySchema.parse(call.body));
    }
    expect(policies).toHaveLength(1);
  });

  it("the challenge, a missing key, bytes that are no backup", async () => {
    const { vault } = await oneVault([]);
    const challenges: (string | undefined)[] = [];
    for (const call of recording("challenge-and-errors")) {
      const value = Buffer.alloc(8693).toString("base64url");
      const { headers, answer } = await replay(vault, call, call.requestBody === undefined ? undefined : { value });
      expect(answer).toEqual(recordedAnswer(call));
      if (call.status === 401) challenges.push(headers.get("www-authenticate"));
    }
    const form =
      /^Bearer authorization="https:\/\/login\.windows\.net\/[0-9a-f-]{36}", resource="https:\/\/vault\.azure\.net"$/;
    expect(challenges).toEqual([expect.stringMatching(form), expect.stringMatching(form)]);
  });

  it("create while the deletion goes on", async () => {
    const { vault } = await oneVault([], { deleteLatencyMs: 60_000 });
    for (const call of recording("create-while-deleting")) {
      expect((await replay(vault, call)).answer).toEqual(recordedAnswer(call));
    }
  });

  it("create on a deleted name", async () => {
    const { vault } = await oneVault([{ name: "CreateDeletedKey", type: "EC" }]);
    vault.delete("CreateDeletedKey");
    for (const call of recording("create-on-deleted-name")) {
      expect((await replay(vault, call)).answer).toEqual(recordedAnswer(call));
    }
  });

  it("restore in the seconds after a purge", async () => {
    const { vault, client } = await oneVault([{ name: "k" }], { purgeLatencyMs: 200 });
    const value = (await backupOf(client, "k")).toString("base64url");
    vault.purge("k");
    for (const call of recording("restore-after-purge")) {
      expect((await replay(vault, call, { value })).answer).toEqual(recordedAnswer(call));
    }
    await pause(250);
    await expect(client.restoreKeyBackup(Buffer.from(value, "base64url"))).resolves.toMatchObject({ name: "k" });
  });

  it.each([
    ["list-keys", "/keys"],
    ["list-versions", "/keys/GetKeysVersions/versions"],
    ["list-deleted-keys", "/deletedkeys"],
  ])("%s: each kind of item and page", async (name, path) => {
    const { vault } = await oneVault([
      { name: "BackupKey" },
      { name: "BackupRestoreCertificate", managed: true, notBefore: "2022-01-01", expires: "2030-01-01" },
      { name: "CreateKeyWithTags", tags: { one: "value=1", two: "value=2" } },
      { name: "GetKeysVersions", versions: 2 },
      { name: "deleted" },
    ]);
    vault.delete("deleted");
    const [first, ...others] = recording(name);
    if (first === undefined) throw new Error("empty recording");
    const items = [first, ...others].flatMap(({ body }) => pageSchema.parse(body).value);
    const last = { ...first, path: `${path}?api-version=7.3`, body: { value: items, nextLink: null } };
    expect((await replay(vault, last)).answer).toEqual(recordedAnswer(last));
  });
});
