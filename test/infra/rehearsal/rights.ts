import type { Resource } from "../bicep.ts";
import { resolve } from "./resolve.ts";

/** What the built-in roles that the templates assign may do with data, from Azure's list of built-in roles. */
const builtInRoles: Readonly<Record<string, readonly string[]>> = {
  "b7e6dc6d-f1e8-4753-8033-0f276bb0955b": ["Microsoft.Storage/storageAccounts/blobServices/containers/*"],
  "974c5e8b-45b9-4653-ba55-5f855dd0fb88": ["Microsoft.Storage/storageAccounts/queueServices/queues/*"],
  "0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3": ["Microsoft.Storage/storageAccounts/tableServices/tables/*"],
  "3913510d-42f4-4e42-8a64-420c390055eb": ["Microsoft.Insights/Metrics/Write"],
};

export interface Use {
  readonly principalId: string;
  readonly action: string;
  readonly scope: string;
  readonly allowed: boolean;
}

/** The role assignments of a deployment, applied as Azure applies them: at their scope and below. */
export interface Rights {
  /** Whether one of the actions is allowed there; the first that is, or else the first named, is kept as a use. */
  check(principalId: string, actions: readonly string[], scope: string): boolean;
  uses(): readonly Use[];
  /** Every data action of the custom roles that were given to somebody. */
  granted(principalId: string): ReadonlySet<string>;
}

interface Assignment {
  readonly principalId: string;
  readonly scope: string;
  readonly actions: readonly string[];
}

export function readRights(resources: readonly Resource[]): Rights {
  const assignments = resources.filter(({ type }) => type === "Microsoft.Authorization/roleAssignments").map((one) => readAssignment(one, resources));
  const uses: Use[] = [];
  const allows = (principalId: string, action: string, scope: string): boolean =>
    assignments.some(
      (one) =>
        one.principalId === principalId &&
        `${scope.toLowerCase()}/`.startsWith(`${one.scope}/`) &&
        one.actions.some((pattern) => matches(pattern, action)),
    );
  return {
    check(principalId, actions, scope) {
      const action = actions.find((one) => allows(principalId, one, scope));
      uses.push({ principalId, action: action ?? actions[0] ?? "", scope, allowed: action !== undefined });
      return action !== undefined;
    },
    uses: () => uses,
    granted: (principalId) =>
      new Set(assignments.filter((one) => one.principalId === principalId).flatMap(({ actions }) => actions.filter((action) => !/\*|Metrics/.test(action)))),
  };
}

function readAssignment({ id, properties }: Resource, resources: readonly Resource[]): Assignment {
  const roleId = String(properties.roleDefinitionId).split("/").at(-1) ?? "";
  const custom = resources.find(({ type, name }) => type === "Microsoft.Authorization/roleDefinitions" && name === roleId);
  const actions: readonly string[] | undefined = custom?.properties.permissions[0].dataActions ?? builtInRoles[roleId];
  if (actions === undefined) throw new Error(`${id}: the role ${roleId} is not known here`);
  const [scope = ""] = id.toLowerCase().split("/providers/microsoft.authorization/roleassignments/");
  return { principalId: String(resolve(properties.principalId)), scope, actions };
}

function matches(pattern: string, action: string): boolean {
  const prefix = pattern.endsWith("*") ? pattern.slice(0, -1).toLowerCase() : undefined;
  return prefix === undefined ? pattern.toLowerCase() === action.toLowerCase() : action.toLowerCase().startsWith(prefix);
}
