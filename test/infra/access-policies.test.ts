import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { snapshot } from "./bicep.ts";
import { BicepServer, root } from "./bicep-server.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

it("writes the access policies of each vault once, of those that are only restored to as well", async () => {
  const resources = await snapshot(bicep, "infra/samples/three-geographies.bicepparam");
  const written = resources.filter(({ type }) => type === "Microsoft.KeyVault/vaults/accessPolicies");
  expect(written.map(({ name }) => name).toSorted()).toEqual(["kv-billing-restored/add", "kv-billing/add"]);
});

// The principals are known at deployment only, so a snapshot does not show the rights: the source does.
it("gives backup rights by access policy only on vaults that are backed up", () => {
  const source = readFileSync(path.join(root, "infra/modules/vault-access.bicep"), "utf8");
  const restoredOnly = source.slice(source.indexOf("module restorePolicies"));
  expect(restoredOnly).toMatch(/vaultNames: g\.restoredOnly\s+grants: restoreGrants\n/);
  expect(restoredOnly).not.toContain("backup'");
  expect(source).toMatch(/vaultNames: g\.backedUp\s+grants: concat\(/);
});
