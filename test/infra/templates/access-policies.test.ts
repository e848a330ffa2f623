import { afterAll, beforeAll, expect, it } from "vitest";
import { snapshot, type Resource } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

let written: readonly Resource[] = [];
beforeAll(async () => {
  const resources = await snapshot(bicep, "infra/samples/three-geographies.bicepparam");
  written = resources.filter(({ type }) => type === "Microsoft.KeyVault/vaults/accessPolicies");
});

const backup = ["get", "list", "backup", "getrotationpolicy"];
const restore = ["get", "list", "restore", "setrotationpolicy"];

/** Who is given which permissions, by the last word of the identity, or by the id of the group. */
const grantsOn = (vault: string): Record<string, string[]> => {
  const policies: { objectId: string; permissions: { keys: string[] } }[] = written.find(
    ({ name }) => name === `${vault}/add`,
  )?.properties.accessPolicies;
  return Object.fromEntries(
    policies.map(({ objectId, permissions }) => [
      /-(backup|restore)'/.exec(objectId)?.[1] ?? objectId,
      permissions.keys,
    ]),
  );
};

it("writes the access policies of each vault once, of those that are only restored to as well", () => {
  expect(written.map(({ name }) => name).toSorted()).toEqual(["kv-billing-restored/add", "kv-billing/add"]);
});

it("gives backup rights by access policy only on vaults that are backed up", () => {
  const operators = "44444444-4444-4444-4444-444444444444";
  expect(grantsOn("kv-billing")).toEqual({ backup, restore, [operators]: restore });
  expect(grantsOn("kv-billing-restored")).toEqual({ restore, [operators]: restore });
});

it("gives nothing but keys", () => {
  const given = written.flatMap(({ properties }) =>
    properties.accessPolicies.map(({ permissions }: { permissions: object }) => Object.keys(permissions)),
  );
  expect(new Set(given.flat())).toEqual(new Set(["keys"]));
});
