import type { Route } from "../call.ts";
import { deletedItem, keyItem, versionItem } from "../wire.ts";
import { listPage } from "./paging.ts";

export const listRoutes: readonly Route[] = [
  {
    method: "GET",
    path: "/keys",
    op: "list",
    handle: (call) =>
      listPage(call, {
        path: "/keys",
        after: (marker, count) => call.vault.keys.list(marker, count),
        markerOf: (record) => record.name,
        toWire: (record) => keyItem(call.vault, record),
      }),
  },
  {
    method: "GET",
    path: "/keys/:name/versions",
    op: "listVersions",
    handle(call) {
      const record = call.vault.keys.find(call.name);
      // By id, as recorded, so neither newest nor oldest first; a missing key has no versions, and is no error.
      const versions = (record?.versions ?? []).toSorted((one, other) => (one.id < other.id ? -1 : 1));
      return listPage(call, {
        path: `/keys/${call.name}/versions`,
        after: (marker, count) => versions.filter(({ id }) => id > marker).slice(0, count),
        markerOf: (version) => version.id,
        toWire: (version) => (record ? versionItem(call.vault, record, version) : {}),
      });
    },
  },
  {
    method: "GET",
    path: "/deletedkeys",
    op: "listDeleted",
    handle: (call) =>
      listPage(call, {
        path: "/deletedkeys",
        after: (marker, count) => call.vault.keys.listDeleted(marker, count),
        markerOf: (deleted) => deleted.record.name,
        toWire: (deleted) => deletedItem(call.vault, deleted),
      }),
  },
];
