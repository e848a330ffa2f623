import type { Call, Route } from "../call.ts";
import type { KeyVersion } from "../key-record.ts";
import { badParameter, keyDisabled, operationForbidden, ServiceError } from "../service-error.ts";
import { keyId } from "../wire.ts";
import { findVersion } from "./find-key.ts";

/** RS256…RS512 and ES256…ES512, ES256K: enough to prove that a restored key is the one that was backed up. */
export const signatureRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/keys/:name/:version/sign",
    op: "sign",
    async handle(call) {
      const { version, algorithm, bytes } = await prepare(call);
      const signature = version.material.sign(algorithm, bytes("value"));
      if (signature === undefined) throw incompatible(algorithm);
      const kid = keyId(call.vault, call.name, version.id);
      return { status: 200, body: { kid, value: signature.toString("base64url") } };
    },
  },
  {
    method: "POST",
    path: "/keys/:name/:version/verify",
    op: "verify",
    async handle(call) {
      const { version, algorithm, bytes } = await prepare(call);
      const value = version.material.verify(algorithm, bytes("digest"), bytes("value"));
      if (value === undefined) throw incompatible(algorithm);
      return { status: 200, body: { value } };
    },
  },
];

async function prepare(
  call: Call,
): Promise<{ version: KeyVersion; algorithm: string; bytes: (name: string) => Buffer }> {
  const body = await call.body();
  const { version } = findVersion(call);
  if (!version.enabled) throw keyDisabled(call.op);
  if (!version.operations.includes(call.op)) throw operationForbidden(call.op);
  const now = call.vault.nowInS();
  if (now < (version.notBefore ?? now) || now >= (version.expires ?? Number.POSITIVE_INFINITY)) {
    throw new ServiceError(403, "Forbidden", `Operation ${call.op} is not allowed on an expired or not yet valid key.`);
  }
  const algorithm = body["alg"];
  const bytes = (name: string): Buffer => {
    const text = body[name];
    if (typeof text !== "string") throw badParameter(`Property '${name}' is not specified.`);
    return Buffer.from(text, "base64url");
  };
  if (typeof algorithm !== "string") throw badParameter("Property 'alg' is not specified.");
  return { version, algorithm, bytes };
}

function incompatible(algorithm: string): ServiceError {
  return badParameter(`Key and signing algorithm are incompatible, or the digest has the wrong length: ${algorithm}`);
}
