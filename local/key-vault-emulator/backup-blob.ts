import { CompactEncrypt, compactDecrypt } from "jose";
import * as z from "zod";
import { parseJson } from "./call.ts";
import { materialFrom } from "./key-material.ts";
import type { KeyRecord } from "./key-record.ts";
import { malformedBackup, undecryptableBackup } from "./service-error.ts";
import type { WrappingKeys } from "./wrapping-keys.ts";

/** Outline of a real backup: this, then a compact JWE of five parts (RSA-OAEP-256, A256CBC-HS512). */
const prefix = "&AzureKeyVaultKeyBackupV1.microsoft.com";

/** Bytes of plaintext per version, so that a backup is about as large as a real one: 7.2 KB for RSA, 5.5 KB for EC. */
const plainBytes = (type: string): number => (type.startsWith("RSA") ? 5_100 : 3_700);

/** Every version with its attributes. The rotation policy does not travel, as in the real service. */
export async function sealBackup(record: KeyRecord, keys: WrappingKeys, marker: string): Promise<Buffer> {
  const versions = record.versions.map(({ material, ...facts }) => ({ ...facts, secret: material.secret }));
  const size = versions.reduce((bytes, { type }) => bytes + plainBytes(type), 0);
  const plain = Buffer.from(JSON.stringify({ name: record.name, versions }).padEnd(size));
  const jwe = await new CompactEncrypt(plain)
    .setProtectedHeader({ kid: keys.sealing.kid, alg: "RSA-OAEP-256", enc: "A256CBC-HS512" })
    .encrypt(keys.sealing.publicKey);
  const tagAt = jwe.lastIndexOf(".");
  return Buffer.from(prefix + jwe.slice(0, tagAt) + marker + jwe.slice(tagAt), "latin1");
}

/** @throws ServiceError when the bytes are no backup, or one that these keys cannot open. */
export async function openBackup(blob: Buffer, keys: WrappingKeys, markers: Iterable<string>): Promise<KeyRecord> {
  const text = blob.toString("latin1");
  if (!text.startsWith(prefix)) throw malformedBackup();
  let jwe = text.slice(prefix.length);
  for (const marker of markers) jwe = jwe.replace(`${marker}.`, ".");
  const key = keys.find(readHeader(jwe).kid);
  if (key === undefined) throw undecryptableBackup();
  const plain = await compactDecrypt(jwe, key.privateKey).catch(() => {
    throw undecryptableBackup();
  });
  return readRecord(Buffer.from(plain.plaintext).toString("utf8"));
}

const headerSchema = z.object({
  kid: z.string(),
  alg: z.enum(["RSA-OAEP-256", "RSA-OAEP"]),
  enc: z.enum(["A256CBC-HS512", "A128CBC-HS256"]),
});

function readHeader(jwe: string): z.output<typeof headerSchema> {
  const parts = jwe.split(".");
  const header = parseJson(headerSchema, Buffer.from(parts[0] ?? "", "base64url").toString("utf8"));
  if (parts.length !== 5 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) throw malformedBackup();
  if (header === undefined) throw malformedBackup();
  return header;
}

const sealedSchema = z.object({
  name: z.string(),
  versions: z.array(
    z.object({
      id: z.string(),
      type: z.string(),
      operations: z.array(z.string()),
      enabled: z.boolean(),
      notBefore: z.number().optional(),
      expires: z.number().optional(),
      created: z.number(),
      updated: z.number(),
      tags: z.record(z.string(), z.string()).optional(),
      exportable: z.boolean(),
      secret: z.record(z.string(), z.string()),
    }),
  ),
});

function readRecord(plain: string): KeyRecord {
  const { name, versions } = sealedSchema.parse(JSON.parse(plain));
  return {
    name,
    managed: false,
    rotationPolicy: undefined,
    versions: versions.map(({ secret, notBefore, expires, tags, ...facts }) => ({
      ...facts,
      notBefore,
      expires,
      tags,
      material: materialFrom(secret),
    })),
  };
}
