import type { Route } from "../call.ts";
import { newestOf } from "../key-record.ts";
import { beingDeleted, deletedKeyNotFound, managedByKeyVault, purgeProtected } from "../service-error.ts";
import { deletedBundle, keyBundle } from "../wire.ts";
import { findKey } from "./find-key.ts";

export const deletedRoutes: readonly Route[] = [
  {
    method: "DELETE",
    path: "/keys/:name",
    op: "delete",
    handle(call) {
      const record = findKey(call);
      if (record.managed) throw managedByKeyVault("delete");
      return { status: 200, body: deletedBundle(call.vault, call.vault.keys.delete(record)) };
    },
  },
  {
    method: "GET",
    path: "/deletedkeys/:name",
    op: "getDeleted",
    handle({ vault, name }) {
      const deleted = vault.keys.findDeleted(name);
      if (deleted === undefined) throw deletedKeyNotFound(name);
      return { status: 200, body: deletedBundle(vault, deleted) };
    },
  },
  {
    method: "POST",
    path: "/deletedkeys/:name/recover",
    op: "recover",
    handle({ vault, name }) {
      if (vault.keys.isBeingDeleted(name)) throw beingDeleted(name);
      const deleted = vault.keys.findDeleted(name);
      if (deleted === undefined) throw deletedKeyNotFound(name);
      vault.keys.recover(name);
      return { status: 200, body: keyBundle(vault, deleted.record, newestOf(deleted.record)) };
    },
  },
  {
    method: "DELETE",
    path: "/deletedkeys/:name",
    op: "purge",
    handle({ vault, name }) {
      if (vault.keys.isBeingDeleted(name)) throw beingDeleted(name);
      if (vault.keys.findDeleted(name) === undefined) throw deletedKeyNotFound(name);
      if (vault.settings.purgeProtection) throw purgeProtected(vault.settings.name, vault.settings.region);
      vault.keys.purge(name);
      return { status: 204 };
    },
  },
];
