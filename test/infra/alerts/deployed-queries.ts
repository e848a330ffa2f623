import * as z from "zod";
import { snapshot } from "../bicep.ts";
import type { BicepServer } from "../bicep-server.ts";
import { evaluate } from "../evaluate.ts";

const workbookSchema = z.object({
  items: z.array(
    z.object({
      type: z.int(),
      name: z.string(),
      content: z.object({ query: z.string().default(""), visualization: z.string().default("") }),
    }),
  ),
});

export interface DeployedQuery {
  readonly name: string;
  readonly query: string;
}
export interface DeployedAlert extends DeployedQuery {
  /** The rule sees no rows that are older. */
  readonly windowSize: string;
}
export interface WorkbookItem extends DeployedQuery {
  readonly visualization: string;
}

/** The principals of the apps in the deployment: the one that backs up and the one that restores. */
export const principals = {
  backup: "b0000000-0000-4000-8000-000000000001",
  restore: "e0000000-0000-4000-8000-000000000002",
} as const;

/** The queries of the three-geographies sample as they are deployed, with principals for the identities. */
export async function deployedQueries(bicep: BicepServer): Promise<{ alerts: DeployedAlert[]; items: WorkbookItem[] }> {
  const resources = await snapshot(bicep, "infra/samples/three-geographies.bicepparam");
  const reference = (id: unknown) => ({
    principalId: /restore/i.test(String(id)) ? principals.restore : principals.backup,
  });
  const alerts = resources
    .filter((r) => r.type === "Microsoft.Insights/scheduledQueryRules")
    .map(({ name, properties }) => ({
      name,
      query: String(evaluate(properties.criteria.allOf[0].query, { reference })),
      windowSize: String(properties.windowSize),
    }));
  const workbook = resources.find((r) => r.type === "Microsoft.Insights/workbooks");
  const { items } = workbookSchema.parse(JSON.parse(String(evaluate(workbook?.properties.serializedData))));
  return {
    alerts,
    items: items.filter(({ type }) => type === 3).map(({ name, content }) => ({ name, ...content })),
  };
}
