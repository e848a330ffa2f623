import * as z from "zod";
import type { KeyVersion, ListedKey, LiveKey, RotationPolicy } from "../ports/key-vault.ts";
import type { DeletedKey } from "../ports/restore-target.ts";

/** The vault's answers in the words of the port. Each reader returns `undefined` for what it can't read. */

const attributes = z.object({
  enabled: z.boolean().optional(),
  created: z.number().optional(),
  updated: z.number().optional(),
  nbf: z.number().nullish(),
  exp: z.number().nullish(),
  recoveryLevel: z.string().optional(),
});
const described = {
  attributes: attributes.nullish(),
  tags: z.record(z.string(), z.string()).nullish(),
  managed: z.boolean().nullish(),
};
const item = z.object({ kid: z.string(), ...described });
const page = z.object({ value: z.array(z.unknown()), nextLink: z.string().nullish() });
const jsonWebKey = z.record(z.string(), z.unknown()).and(z.object({ kid: z.string(), kty: z.string() }));
const bundle = z.object({ key: jsonWebKey, ...described });
const deleted = z.object({
  attributes: attributes.nullish(),
  deletedDate: z.number().nullish(),
  scheduledPurgeDate: z.number().nullish(),
});
const backup = z.object({ value: z.string().optional() });
const policy = z.object({
  lifetimeActions: z.array(z.looseObject({ action: z.looseObject({ type: z.string() }) })).nullish(),
  attributes: z.looseObject({ expiryTime: z.string().nullish(), created: z.number().nullish() }).nullish(),
});

export const KEY_NAME = /^[0-9a-zA-Z-]{1,127}$/;
const VERSION = /^[0-9a-f]{32}$/i;
const PUBLIC_MEMBERS = ["kty", "n", "e", "crv", "x", "y"] as const;

export interface AnsweredPage {
  readonly items: readonly unknown[];
  readonly nextLink: string | undefined;
}

export function readPage(body: string): AnsweredPage | undefined {
  const read = parse(page, body);
  return read && { items: read.value, nextLink: read.nextLink ?? undefined };
}

export function readListedKey(raw: unknown): ListedKey | undefined {
  const { data } = item.safeParse(raw);
  const name = data && idParts(data.kid)?.name;
  return data && name !== undefined ? { name, ...description(data) } : undefined;
}

export function readVersion(raw: unknown): KeyVersion | undefined {
  const { data } = item.safeParse(raw);
  const id = data && idParts(data.kid)?.version;
  if (data === undefined || id === undefined) return undefined;
  return { id, ...optional("createdAt", instant(data.attributes?.created)) };
}

export function readLiveKey(body: string): LiveKey | undefined {
  const data = parse(bundle, body);
  const id = data && idParts(data.key.kid);
  if (data === undefined || id?.version === undefined) return undefined;
  const members = PUBLIC_MEMBERS.flatMap((member) => {
    const value = data.key[member];
    return typeof value === "string" ? [[member, value] as const] : [];
  });
  return {
    name: id.name,
    ...description(data),
    keyType: data.key.kty,
    newestVersion: id.version,
    publicKey: Object.fromEntries(members),
  };
}

/** A level with "Purgeable" in it is one without purge protection. */
export function readDeletedKey(body: string): DeletedKey | undefined {
  const data = parse(deleted, body);
  if (data === undefined) return undefined;
  return {
    purgeable: data.attributes?.recoveryLevel?.includes("Purgeable") ?? false,
    ...optional("deletedAt", instant(data.deletedDate)),
    ...optional("purgesAt", instant(data.scheduledPurgeDate)),
  };
}

/** Empty when the answer holds no backup; `undefined` when what it holds is not base64url. */
export function readBackup(body: string): Uint8Array | undefined {
  const value = parse(backup, body)?.value?.replace(/=+$/, "");
  if (value === undefined) return parse(backup, body) && new Uint8Array();
  return /^[\w-]*$/.test(value) && value.length % 4 !== 1 ? Buffer.from(value, "base64url") : undefined;
}

/**
 * In the shape that `az keyvault key rotation-policy update --value` takes. Empty when the key has none: the service then
 * answers with its default, a notice without a date of creation.
 */
export function readRotationPolicy(body: string): RotationPolicy | undefined {
  const data = parse(policy, body);
  if (data === undefined) return undefined;
  const { expiryTime, created } = data.attributes ?? {};
  const lifetimeActions = data.lifetimeActions ?? [];
  const isDefault = lifetimeActions.every(({ action }) => action.type.toLowerCase() === "notify");
  if (isDefault && (created ?? expiryTime ?? undefined) === undefined) return {};
  return { lifetimeActions, attributes: optional("expiryTime", expiryTime ?? undefined) };
}

/** Takes the name and the version only: an id may carry another host than the one dialled. */
function idParts(kid: string): { name: string; version: string | undefined } | undefined {
  const [, name, version] = /\/keys\/([^/?#]*)(?:\/([^/?#]+))?/.exec(kid) ?? [];
  if (name === undefined || !KEY_NAME.test(name)) return undefined;
  return { name, version: version !== undefined && VERSION.test(version) ? version.toLowerCase() : undefined };
}

function description(data: z.infer<z.ZodObject<typeof described>>): Omit<ListedKey, "name"> {
  return {
    enabled: data.attributes?.enabled ?? true,
    managed: data.managed ?? false,
    ...optional("createdAt", instant(data.attributes?.created)),
    ...optional("updatedAt", instant(data.attributes?.updated)),
    ...optional("notBefore", instant(data.attributes?.nbf)),
    ...optional("expiresAt", instant(data.attributes?.exp)),
    tags: data.tags ?? {},
  };
}

function instant(seconds: number | null | undefined): string | undefined {
  const date = new Date((seconds ?? Number.NaN) * 1000);
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString().replace(/\.\d+Z$/, "Z");
}

function optional<K extends string>(name: K, value: string | undefined): { readonly [P in K]?: string };
function optional(name: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [name]: value };
}

function parse<T>(schema: z.ZodType<T>, body: string): T | undefined {
  try {
    return schema.safeParse(JSON.parse(body)).data;
  } catch {
    return undefined;
  }
}
