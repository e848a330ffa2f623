import { readFileSync } from "node:fs";
import * as z from "zod";
import { describe, expect, it } from "vitest";
import type { EmulatedVault } from "../../local/key-vault-emulator/emulator.ts";
import { oneVault, send } from "./clients.ts";

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
  expect(response.status).toBe(recorded.status);
  expect(errorOf(body)).toEqual(errorOf(recorded.body));
  expect(shapeOf(body)).toEqual(shapeOf(recorded.body));
  const expected = new Set([...Object.keys(recorded.headers), "x-ms-request-id"]);
  expect(headerNames(response.headers.keys())).toEqual(headerNames(expected));
  for (const name of ["content-type", "cache-control", "expires", "pragma", "x-ms-client-request-id"]) {
    expect(response.headers.get(name) ?? undefined).toBe(recorded.headers[name]);
  }
  return { body, response };
}

describe("answers as recorded from the real service", () => {
  it("create, backup, delete, purge, restore, get", async () => {
    const { vault } = await oneVault([], { deleteLatencyMs: 100 });
    let blob: unknown;
    const bundles: unknown[] = [];
    for (const call of recording("key-life-cycle")) {
      if (call.method === "GET" && call.path.startsWith("/deletedkeys") && call.status === 200) {
        await new Promise((resolve) => setTimeout(resolve, 150));
      }
      const { body } = await replay(vault, call, call.path.startsWith("/keys/restore") ? blob : call.requestBody);
      if (call.path.includes("/backup")) blob = body;
      if (call.status === 200 && /\/(create|restore)\?/.test(call.path)) bundles.push(body);
    }
    expect(bundles).toHaveLength(2);
    expect(bundles[1]).toEqual(bundles[0]);
  });

  it("rotation policy and rotation", async () => {
    const { vault } = await oneVault([]);
    for (const call of recording("rotation")) {
      const { body } = await replay(vault, call);
      if (call.method === "PUT") {
        const { lifetimeActions } = z.object({ lifetimeActions: z.unknown() }).parse(call.body);
        expect(body).toMatchObject({ lifetimeActions });
      }
    }
  });

  it("the challenge, a missing key, bytes that are no backup", async () => {
    const { vault } = await oneVault([]);
    for (const call of recording("challenge-and-errors")) {
      const value = Buffer.alloc(8693).toString("base64url");
      const { response } = await replay(vault, call, call.requestBody === undefined ? undefined : { value });
      if (call.status === 401) {
        expect(response.headers.get("www-authenticate")).toMatch(
          /^Bearer authorization="https:\/\/login\.windows\.net\/[0-9a-f-]{36}", resource="https:\/\/vault\.azure\.net"$/,
        );
      }
    }
  });

  it("create while the deletion goes on", async () => {
    const { vault } = await oneVault([], { deleteLatencyMs: 60_000 });
    for (const call of recording("create-while-deleting")) await replay(vault, call);
  });

  it("create on a deleted name", async () => {
    const { vault } = await oneVault([{ name: "CreateDeletedKey", type: "EC" }]);
    vault.delete("CreateDeletedKey");
    for (const call of recording("create-on-deleted-name")) await replay(vault, call);
  });

  it("restore in the seconds after a purge", async () => {
    const { vault, client } = await oneVault([{ name: "k" }], { purgeLatencyMs: 200 });
    const value = Buffer.from((await client.backupKey("k")) ?? []).toString("base64url");
    vault.purge("k");
    const calls = recording("restore-after-purge");
    for (const call of calls) {
      const headers = { ...call.headers, "x-ms-client-request-id": "00000000-0000-4000-8000-000000000001" };
      await replay(vault, { ...call, headers }, { value });
    }
    expect(calls).toHaveLength(1);
    await new Promise((resolve) => setTimeout(resolve, 250));
    await expect(client.restoreKeyBackup(Buffer.from(value, "base64url"))).resolves.toMatchObject({ name: "k" });
  });

  it("lists of keys, versions and deleted keys, each kind of item and of page", async () => {
    const { vault } = await oneVault([
      { name: "BackupKey" },
      { name: "BackupRestoreCertificate", managed: true, notBefore: "2022-01-01", expires: "2030-01-01" },
      { name: "CreateKeyWithTags", tags: { one: "value=1", two: "value=2" } },
      { name: "GetKeysVersions", versions: 2 },
      { name: "deleted" },
    ]);
    vault.delete("deleted");
    for (const [name, path] of [
      ["list-keys", "/keys"],
      ["list-versions", "/keys/GetKeysVersions/versions"],
      ["list-deleted-keys", "/deletedkeys"],
    ] as const) {
      const calls = recording(name);
      const items = calls.flatMap(({ body }) => z.object({ value: z.array(z.unknown()) }).parse(body).value);
      const first = calls[0];
      expect(first).toBeDefined();
      if (first) {
        const onePage = { ...first, path: `${path}?api-version=7.3`, body: { value: items, nextLink: null } };
        await replay(vault, onePage);
      }
    }
  });
});
