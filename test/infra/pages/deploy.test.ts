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
  it("the diagnostic setting that each subscription keeps", () => {
    const ofSubscriptions = resources.filter(
      ({ id, type }) =>
        type === "Microsoft.Insights/diagnosticSettings" && /^\/subscriptions\/[^/]+\/providers/.test(id),
    );
    expect(new Set(ofSubscriptions.map(({ name }) => name))).toEqual(new Set(["key-backup-prod"]));
    expect(page).toContain("--name key-backup-prod ");
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
