import { afterAll, describe, expect, it } from "vitest";
import { predict } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

describe("infra/management-group.bicep", () => {
  it("sends the management group's activity log, and only that, to the workspace that main.bicep puts out", async () => {
    const { predictedResources } = await predict(bicep, "infra/samples/management-group.bicepparam", "managementGroup");
    const environment = await predict(bicep, "infra/samples/three-geographies.bicepparam");
    const workspaceId = String(environment.outputs["KEY_BACKUP_WORKSPACE_ID"]);
    expect(predictedResources).toMatchObject([
      {
        type: "Microsoft.Insights/diagnosticSettings",
        name: "key-backup-prod",
        properties: { logs: [{ category: "Administrative", enabled: true }] },
      },
    ]);
    expect(predictedResources[0]?.id).toContain("managementGroupResourceId(");
    const nameOf = (id: unknown) => String(id).split("/resourceGroups/")[1];
    expect(nameOf(predictedResources[0]?.properties.workspaceId)).toBe(nameOf(workspaceId));
  });

  it("is about groups whose rights the alert on what guards the backups counts", async () => {
    const { predictedResources } = await predict(bicep, "infra/samples/three-geographies.bicepparam");
    const rule = predictedResources.find(({ name }) => name.endsWith("guard-changed"));
    expect(rule?.properties.criteria.allOf[0].query).toContain(
      '"/providers/microsoft.management/managementgroups/mg-production"',
    );
  });
});
