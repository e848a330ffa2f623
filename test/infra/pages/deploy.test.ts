import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snapshot, type Resource } from "../bicep.ts";
import { BicepServer, root } from "../bicep-server.ts";

const page = readFileSync(path.join(root, "docs/deploy.md"), "utf8");
const bicep = new BicepServer();
let resources: readonly Resource[] = [];
beforeAll(async () => {
  resources = await snapshot(bicep, "infra/samples/three-geographies.bicepparam");
});
afterAll(() => bicep.stop());

/** What an operator looks for by the name that the page gives: it must be what the templates make. */
describe("docs/deploy.md names what is made", () => {
  it("the lock that holds up a tear-down", () => {
    const locks = resources.filter(({ type }) => type === "Microsoft.Authorization/locks");
    for (const { name } of locks) expect(page).toContain(`the lock \`${name}\``);
    expect(locks).not.toEqual([]);
  });

  it("the description by which a vault's role assignments are found", () => {
    const wanted = /\[\?description=='([^']+)'\]/.exec(page)?.[1];
    const onVaults = resources.filter(
      ({ id, type }) => type === "Microsoft.Authorization/roleAssignments" && id.includes("Microsoft.KeyVault/vaults"),
    );
    expect(onVaults.filter(({ properties }) => properties.description !== wanted)).toEqual([]);
    expect(onVaults).not.toEqual([]);
  });

  it("the diagnostic setting that each subscription keeps", () => {
    const ofSubscriptions = resources.filter(
      ({ id, type }) =>
        type === "Microsoft.Insights/diagnosticSettings" && /^\/subscriptions\/[^/]+\/providers/.test(id),
    );
    expect(new Set(ofSubscriptions.map(({ name }) => name))).toEqual(new Set(["key-backup-prod"]));
    expect(page).toContain("`key-backup-{environment}`");
  });

  it("the groups of an app and of a store", () => {
    const groups = resources
      .filter(({ type }) => type === "Microsoft.Resources/resourceGroups")
      .map(({ name }) => name);
    expect(groups).toContain("rg-prod-westeurope");
    expect(groups).toContain("rg-prod-westeurope-store");
    expect(page).toContain("rg-{environment}-{region}");
  });
});
