import * as z from "zod";
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
  /** From now on nobody may do anything below this scope, until the function that is given back is called: rights take minutes to arrive. */
  delay(scope: string): () => void;
  /** What somebody was given by the custom roles and access policies and never needed, as `action at scope`. */
  unused(principalId: string): readonly string[];
  /** Of that, the actions that were not needed anywhere. */
  unusedActions(principalId: string): readonly string[];
}

interface Assignment {
  readonly principalId: string;
  readonly scope: string;
  readonly actions: readonly string[];
  /** By a role that the templates define, or an access policy. */
  readonly custom: boolean;
}

export function readRights(resources: readonly Resource[]): Rights {
  const assignments = [
    ...ofType(resources, "Microsoft.Authorization/roleAssignments").map((one) => readAssignment(one, resources)),
    ...ofType(resources, "Microsoft.KeyVault/vaults/accessPolicies").flatMap(readPolicies),
  ];
  const uses: Use[] = [];
  const delayed = new Set<string>();
  const allows = (principalId: string, action: string, scope: string): boolean =>
    assignments.some(
      (one) =>
        one.principalId === principalId &&
        isWithin(scope, one.scope) &&
        one.actions.some((pattern) => matches(pattern, action)),
    );
  return {
    check(principalId, actions, scope) {
      const arrived = !Array.from(delayed).some((outer) => isWithin(scope, outer));
      const action = arrived ? actions.find((one) => allows(principalId, one, scope)) : undefined;
      uses.push({ principalId, action: action ?? actions[0] ?? "", scope, allowed: action !== undefined });
      return action !== undefined;
    },
    uses: () => uses,
    delay(scope) {
      delayed.add(scope.toLowerCase());
      return () => void delayed.delete(scope.toLowerCase());
    },
    unusedActions: (principalId) => {
      const needed = new Set(
        uses.filter((use) => use.principalId === principalId && use.allowed).map(({ action }) => action),
      );
      const given = assignments
        .filter((one) => one.principalId === principalId && one.custom)
        .flatMap(({ actions }) => actions);
      return [...new Set(given)].filter((action) => !needed.has(action));
    },
    unused: (principalId) =>
      assignments
        .filter((one) => one.principalId === principalId && one.custom)
        .flatMap(({ actions, scope }) => actions.map((action) => ({ action, scope })))
        .filter(
          ({ action, scope }) =>
            !uses.some((use) => use.principalId === principalId && use.action === action && isWithin(use.scope, scope)),
        )
        .map(({ action, scope }) => `${action} at ${scope}`),
  };
}

const ofType = (resources: readonly Resource[], wanted: string) => resources.filter(({ type }) => type === wanted);

/** Permissions of access policies, in the words of roles. */
const permissionActions: Readonly<Record<string, string>> = {
  get: "keys/read",
  list: "keys/read",
  backup: "keys/backup/action",
  restore: "keys/restore/action",
  getrotationpolicy: "keyrotationpolicies/read",
  setrotationpolicy: "keyrotationpolicies/write",
};

const policiesSchema = z.array(
  z.object({ objectId: z.string(), permissions: z.object({ keys: z.array(z.string()) }) }),
);

function readPolicies({ id, properties }: Resource): Assignment[] {
  const [scope = ""] = id.toLowerCase().split("/accesspolicies/");
  return policiesSchema.parse(properties.accessPolicies).map(({ objectId, permissions }) => ({
    principalId: String(resolve(objectId)),
    scope,
    actions: [
      ...new Set(permissions.keys.map((name) => `Microsoft.KeyVault/vaults/${permissionActions[name] ?? name}`)),
    ],
    custom: true,
  }));
}

function readAssignment({ id, properties }: Resource, resources: readonly Resource[]): Assignment {
  const roleId = String(properties.roleDefinitionId).split("/").at(-1) ?? "";
  const custom = resources.find(
    ({ type, name }) => type === "Microsoft.Authorization/roleDefinitions" && name === roleId,
  );
  const actions: readonly string[] | undefined = custom?.properties.permissions[0].dataActions ?? builtInRoles[roleId];
  if (actions === undefined) throw new Error(`${id}: the role ${roleId} is not known here`);
  const [scope = ""] = id.toLowerCase().split("/providers/microsoft.authorization/roleassignments/");
  return { principalId: String(resolve(properties.principalId)), scope, actions, custom: custom !== undefined };
}

const isWithin = (scope: string, outer: string): boolean => `${scope.toLowerCase()}/`.startsWith(`${outer}/`);

function matches(pattern: string, action: string): boolean {
  const prefix = pattern.endsWith("*") ? pattern.slice(0, -1).toLowerCase() : undefined;
  return prefix === undefined
    ? pattern.toLowerCase() === action.toLowerCase()
    : action.toLowerCase().startsWith(prefix);
}
