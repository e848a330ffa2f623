import type { Route } from "../call.ts";
import { rotationPolicyFrom } from "../key-record.ts";
import { badParameter, managedByKeyVault } from "../service-error.ts";
import { keyBundle, rotationPolicy } from "../wire.ts";
import { findKey } from "./find-key.ts";

export const rotationRoutes: readonly Route[] = [
  {
    method: "POST",
    path: "/keys/:name/rotate",
    op: "rotate",
    handle(call) {
      const record = findKey(call);
      if (record.managed) throw managedByKeyVault("rotate");
      return { status: 200, body: keyBundle(call.vault, record, call.vault.rotate(record)) };
    },
  },
  {
    method: "GET",
    path: "/keys/:name/rotationpolicy",
    op: "getRotationPolicy",
    handle(call) {
      const record = findKey(call);
      return { status: 200, body: rotationPolicy(call.vault, record.name, record.rotationPolicy) };
    },
  },
  {
    method: "PUT",
    path: "/keys/:name/rotationpolicy",
    op: "updateRotationPolicy",
    async handle(call) {
      const record = findKey(call);
      const policy = rotationPolicyFrom(await call.body(), call.vault.nowInS(), record.rotationPolicy);
      if (policy === undefined) throw badParameter("Property 'lifetimeActions' has invalid value");
      record.rotationPolicy = policy;
      return { status: 200, body: rotationPolicy(call.vault, record.name, record.rotationPolicy) };
    },
  },
];
