import * as z from "zod";
import type { Call, Route } from "../call.ts";
import { type KeyMaterial, materialFrom } from "../key-material.ts";
import { makeVersion, newestOf } from "../key-record.ts";
import { badParameter, keyDisabled, managedByKeyVault, restoreConflict } from "../service-error.ts";
import { keyBundle, keyId } from "../wire.ts";
import { findVersion, refuseDeletedName, refuseHsmKey } from "./find-key.ts";

const attributes = z
  .object({
    enabled: z.boolean().nullish(),
    nbf: z.number().nullish(),
    exp: z.number().nullish(),
    exportable: z.boolean().nullish(),
  })
  .nullish();
const common = {
  attributes,
  tags: z.record(z.string(), z.string()).nullish(),
  key_ops: z.array(z.string()).nullish(),
};
const createBody = z.object({
  ...common,
  kty: z.enum(["RSA", "RSA-HSM", "EC", "EC-HSM", "oct-HSM"]),
  key_size: z.union([z.literal(2048), z.literal(3072), z.literal(4096)]).nullish(),
  crv: z.enum(["P-256", "P-384", "P-521", "P-256K"]).nullish(),
});
const importBody = z.object({
  ...common,
  key: z.object({ kty: z.string(), key_ops: z.array(z.string()).nullish() }).loose(),
  Hsm: z.boolean().nullish(),
});
const updateBody = z.object(common);

export const keyRoutes: readonly Route[] = [
  { method: "POST", path: "/keys/:name/create", op: "create", handle: create },
  { method: "PUT", path: "/keys/:name", op: "import", handle: importKey },
  ...["/keys/:name", "/keys/:name/:version"].flatMap((path): Route[] => [
    { method: "GET", path, op: "get", handle: get },
    { method: "PATCH", path, op: "update", handle: update },
  ]),
];

function get(call: Call): { status: number; body: unknown } {
  const { record, version } = findVersion(call);
  if (call.vault.shared.settings.disabledGet === "refuse" && !version.enabled) throw keyDisabled("get");
  return { status: 200, body: keyBundle(call.vault, record, version) };
}

async function create(call: Call): Promise<{ status: number; body: unknown }> {
  const body = parse(createBody, await call.body());
  refuseHsmKey(call, [body.kty]);
  const kind = { type: body.kty, size: body.key_size ?? 2048, curve: body.crv ?? "P-256" } as const;
  return addVersion(call, body.kty, call.vault.shared.pool.make(kind), body);
}

async function importKey(call: Call): Promise<{ status: number; body: unknown }> {
  const body = parse(importBody, await call.body());
  const type = body.Hsm === true && !body.key.kty.endsWith("-HSM") ? `${body.key.kty}-HSM` : body.key.kty;
  refuseHsmKey(call, [type]);
  let material: KeyMaterial;
  try {
    material = materialFrom(body.key);
    material.publicMembers();
  } catch {
    throw badParameter("Property 'key' is not a valid private key.");
  }
  return addVersion(call, type, material, { ...body, key_ops: body.key_ops ?? body.key.key_ops });
}

function addVersion(
  call: Call,
  type: string,
  material: KeyMaterial,
  body: z.output<typeof updateBody>,
): { status: number; body: unknown } {
  const { vault, name } = call;
  if (!/^[0-9a-zA-Z-]{1,127}$/.test(name)) throw badParameter(`Property 'name' has invalid value: ${name}`);
  refuseDeletedName(call, name);
  if (vault.keys.isBeingPurged(name)) throw restoreConflict(keyId(vault, name));
  const known = vault.keys.find(name);
  if (known?.managed) throw managedByKeyVault(call.op);
  const version = makeVersion({
    type,
    material,
    created: vault.nowInS(),
    enabled: body.attributes?.enabled ?? true,
    notBefore: body.attributes?.nbf ?? undefined,
    expires: body.attributes?.exp ?? undefined,
    tags: body.tags ?? undefined,
    operations: body.key_ops ?? undefined,
    exportable: body.attributes?.exportable ?? false,
  });
  const record = known ?? { name, managed: false, versions: [], rotationPolicy: undefined };
  record.versions.push(version);
  vault.keys.add(record);
  return { status: 200, body: keyBundle(vault, record, newestOf(record)) };
}

async function update(call: Call): Promise<{ status: number; body: unknown }> {
  const body = parse(updateBody, await call.body());
  const { record, version } = findVersion(call);
  if (record.managed) throw managedByKeyVault("update");
  version.enabled = body.attributes?.enabled ?? version.enabled;
  version.notBefore = body.attributes?.nbf ?? version.notBefore;
  version.expires = body.attributes?.exp ?? version.expires;
  version.tags = body.tags ?? version.tags;
  version.operations = body.key_ops ?? version.operations;
  version.updated = call.vault.nowInS();
  return { status: 200, body: keyBundle(call.vault, record, version) };
}

function parse<Output>(schema: z.ZodType<Output>, body: unknown): Output {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw badParameter(`Property '${parsed.error.issues[0]?.path.join(".") ?? ""}' has invalid value`);
}
