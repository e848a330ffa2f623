import { describe, expect, it } from "vitest";
import * as fc from "fast-check";
import { checkFacts } from "../../src/azure/blob-facts.ts";
import { readBackupFacts, writeBackupFacts } from "../../src/catalog/backup-facts.ts";
import { readBlobHeader } from "../../src/catalog/blob-header.ts";
import { readEntryFile, writeEntryFile } from "../../src/catalog/entry.ts";
import { hashTags } from "../../src/catalog/hashes.ts";
import { thumbprintOf } from "../../src/catalog/thumbprint.ts";
import { parseVaultMessage } from "../../src/catalog/vault-message.ts";
import recorded from "../fixtures/blob-headers.json" with { type: "json" };
import { anEntry, backupOf, host, runA, sha } from "./catalog-entries.ts";

const vault = { resourceId: "/subscriptions/s/x", region: "westeurope", geography: "Europe" };

describe("the header of a backup", () => {
  it.each(recorded)("of the real service is read: $recording", ({ recording, start }) => {
    const isHsm = recording.startsWith("mhsm");
    expect(readBlobHeader(Buffer.from(start, "latin1"))).toEqual(
      isHsm
        ? { kind: "managed-hsm", wrappingKeyId: "backup-protection-key", algorithm: "dir", encryption: "A256CBC-HS512" }
        : {
            kind: "vault",
            wrappingKeyId: "4385b07b-d547-42e5-ae9e-610dc39dfaf8",
            algorithm: "RSA-OAEP-256",
            encryption: "A256CBC-HS512",
          },
    );
  });

  it("is unrecognised, never an error, for anything else", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6000 }), (bytes) => {
        expect(["vault", "managed-hsm", "unrecognised"]).toContain(readBlobHeader(bytes).kind);
      }),
    );
    const prefix = "&AzureKeyVaultKeyBackupV1.microsoft.com";
    for (const rest of ["", "...", "bm90IGpzb24.x", `${Buffer.from("null").toString("base64url")}.`])
      expect(readBlobHeader(Buffer.from(prefix + rest))).toEqual({ kind: "unrecognised" });
  });

  it("takes text members only, and makes them safe for a log", () => {
    const header = Buffer.from(JSON.stringify({ kid: "a\u001b[31m\nb", alg: 7 })).toString("base64url");
    expect(readBlobHeader(Buffer.from(`${header}.x`))).toEqual({ kind: "managed-hsm", wrappingKeyId: "a [31m b" });
  });
});

describe("a thumbprint", () => {
  it("is that of RFC 7638, section 3.1", () => {
    const n =
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs" +
      "tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5ha" +
      "jrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    const thumbprint = "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs";
    expect(thumbprintOf({ kty: "RSA", n, e: "AQAB", alg: "RS256", kid: "2011-04-29" })).toBe(thumbprint);
    expect(thumbprintOf({ kty: "RSA-HSM", n, e: "AQAB" })).toBe(thumbprint);
  });

  it.each([
    [{ kty: "oct-HSM" }],
    [{ kty: "RSA", e: "AQAB" }],
    [{ kty: "EC", crv: "P-256", x: "AA" }],
    [{ n: "AA", e: "AQAB" }],
    [{ kty: "constructor" }],
  ])("of %j is none", (key) => {
    expect(thumbprintOf(key as Record<string, string>)).toBeUndefined();
  });

  it("of a curve needs the curve and both coordinates", () => {
    const key = { kty: "EC-HSM", crv: "P-256", x: "AA", y: "BB" };
    expect(thumbprintOf(key)).toMatch(/^[\w-]{43}$/);
    expect(thumbprintOf({ ...key, crv: "P-384" })).not.toBe(thumbprintOf(key));
  });
});

describe("the metadata of a backup", () => {
  it("is read as it was written, and fits", () => {
    const entry = anEntry({ thumbprint: "t".repeat(43), versions: ["v2", "v1"], name: "Alpha" });
    const facts = writeBackupFacts(vault, entry, backupOf("alpha"));
    expect(() => checkFacts("x", facts)).not.toThrow();
    expect(readBackupFacts(facts)).toEqual({
      sha256: sha,
      keyName: "Alpha",
      vaultResourceId: vault.resourceId,
      region: "westeurope",
      geography: "Europe",
      takenAt: "2026-03-10T02:00:05.000Z",
      updatedAt: "2025-01-01T00:00:00Z",
      newestVersion: "v2",
      versionCount: 2,
      thumbprint: "t".repeat(43),
    });
  });

  it("leaves out what is not known", () => {
    const facts = writeBackupFacts(vault, { kind: "key", name: "a", outcome: "backed-up" }, backupOf("a"));
    expect(Object.keys(facts)).toEqual(["sha256", "keyname", "vaultid", "region", "geography", "takenat"]);
    expect(() => checkFacts("x", facts)).not.toThrow();
  });

  it.each(["sha256", "keyname", "vaultid", "region", "geography", "takenat"])("is nothing without %s", (missing) => {
    const { [missing]: _missing, ...facts } = writeBackupFacts(vault, anEntry(), backupOf("alpha"));
    expect(readBackupFacts(facts)).toBeUndefined();
  });

  it.each([{ sha256: "ABC" }, { keyname: "a/b" }, { takenat: "yesterday" }])("is nothing with %j", (change) => {
    expect(readBackupFacts({ ...writeBackupFacts(vault, anEntry(), backupOf("alpha")), ...change })).toBeUndefined();
  });
});

describe("an entry file", () => {
  const file = { runId: runA, vault: { host, ...vault }, entry: anEntry() };

  it("is read as it was written", () => {
    expect(readEntryFile(writeEntryFile(file))).toMatchObject(file);
  });

  it.each(["", "{}", "null", "[]"])("is not %j", (content) => {
    expect(readEntryFile(Buffer.from(content))).toBeUndefined();
  });

  it("of another version is not read", () => {
    const newer = Buffer.from(writeEntryFile(file)).toString().replace('"version":1', '"version":2');
    expect(readEntryFile(Buffer.from(newer))).toBeUndefined();
  });
});

describe("the hash of tags", () => {
  it("does not depend on their order, and tells names from values", () => {
    expect(hashTags({ a: "1", b: "2" })).toBe(hashTags({ b: "2", a: "1" }));
    expect(new Set([hashTags({}), hashTags({ a: "b" }), hashTags({ b: "a" }), hashTags({ a: "" })]).size).toBe(4);
  });
});

describe("a message", () => {
  const message = { version: 1, runId: runA, vault: host, slice: 1, requestsPerSecond: 12.5 };

  it("is read, with the idle slices that an older one lacks", () => {
    expect(parseVaultMessage(message)).toEqual({ ...message, idleSlices: 0 });
    expect(parseVaultMessage({ ...message, url: "https://evil.example" })).not.toHaveProperty("url");
  });

  it.each([
    [undefined, "message"],
    ["text", "message"],
    [{ ...message, version: 2 }, "version"],
    [{ ...message, runId: "../x" }, "runId"],
    [{ ...message, vault: "" }, "vault"],
    [{ ...message, slice: 0 }, "slice"],
    [{ ...message, requestsPerSecond: 0 }, "requestsPerSecond"],
    [{ ...message, requestsPerSecond: Number.POSITIVE_INFINITY }, "requestsPerSecond"],
    [{}, "version, runId, vault, slice, requestsPerSecond"],
  ])("%j is refused, without a word of its content", (content, fields) => {
    expect(() => parseVaultMessage(content)).toThrow(
      expect.objectContaining({
        code: "bad-message",
        message: `read message of queue vault-backups: not of the expected form (${fields})`,
      }),
    );
  });
});
