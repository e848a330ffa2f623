import type { Resource } from "../bicep.ts";
import { begins, option } from "./arguments.ts";
import type { Azure } from "./azure.ts";
import type { Ended } from "../run-program.ts";

const lines = (values: readonly string[]): Partial<Ended> => ({ stdout: values.map((value) => `${value}\n`).join("") });
const refused = (why: string): Partial<Ended> => ({ status: 1, stderr: `ERROR: ${why}\n` });

/** The word between the quotes of a query that looks for it. */
const wordOf = (args: readonly string[]): string => /'([^']+)'\)\]/.exec(option(args, "--query"))?.[1] ?? "?";

const assignments = (azure: Azure): readonly Resource[] =>
  azure.resources().filter(({ type }) => type === "Microsoft.Authorization/roleAssignments");

/** Calls that look for what is there and delete it, as the service does: in the right order, or refused. `undefined` for other calls. */
export function tearDown(azure: Azure, args: readonly string[]): Partial<Ended> | undefined {
  if (begins(args, "keyvault show")) return lines([vaultId(azure, option(args, "--name"))]);
  if (begins(args, "storage account list")) {
    const inGroup = azure
      .resources()
      .filter(
        ({ id, type }) =>
          type === "Microsoft.Storage/storageAccounts" && id.includes(`/${option(args, "--resource-group")}/`),
      );
    return lines(inGroup.slice(0, 1).map(({ name }) => name));
  }
  if (begins(args, "role assignment list")) {
    const here = assignments(azure).filter(({ id }) =>
      id.startsWith(`${option(args, "--scope")}/providers/Microsoft.Authorization/`),
    );
    return lines(here.filter(({ properties }) => properties.description?.includes(wordOf(args))).map(({ id }) => id));
  }
  if (begins(args, "role assignment delete")) return remove(azure, ({ id }) => id === option(args, "--ids"));
  if (begins(args, "role definition list")) {
    const roles = azure.resources().filter(({ type }) => type === "Microsoft.Authorization/roleDefinitions");
    return lines(roles.filter(({ properties }) => properties.roleName.includes(wordOf(args))).map(({ name }) => name));
  }
  if (begins(args, "role definition delete")) return deleteRole(azure, option(args, "--name"));
  if (begins(args, "lock delete")) {
    return remove(
      azure,
      ({ id, name }) =>
        name === option(args, "--name") &&
        id.includes(`/${option(args, "--resource")}/providers/Microsoft.Authorization/locks/`),
    );
  }
  if (begins(args, "monitor diagnostic-settings subscription delete")) {
    return remove(
      azure,
      ({ id, name }) =>
        name === option(args, "--name") && /^\/subscriptions\/[^/]+\/providers\/Microsoft.Insights\//.test(id),
    );
  }
  if (begins(args, "monitor diagnostic-settings delete")) {
    return remove(
      azure,
      ({ id }) =>
        id ===
        `${option(args, "--resource")}/providers/Microsoft.Insights/diagnosticSettings/${option(args, "--name")}`,
    );
  }
  if (begins(args, "group delete")) return deleteGroup(azure, option(args, "--name"));
  return undefined;
}

function vaultId({ cloud }: Pick<Azure, "cloud">, wanted: string): string {
  const vault = cloud().deployed.vaults.find(({ name }) => name === wanted);
  if (vault === undefined) throw new Error(`there is no vault ${wanted}`);
  return `/subscriptions/${vault.subscriptionId}/resourceGroups/${vault.resourceGroup}/providers/Microsoft.KeyVault/vaults/${vault.name}`;
}

function remove(azure: Azure, what: (resource: Resource) => boolean): Partial<Ended> {
  azure.remove(what);
  return {};
}

function deleteRole(azure: Azure, name: string): Partial<Ended> {
  if (assignments(azure).some(({ properties }) => properties.roleDefinitionId.endsWith(`/${name}`)))
    return refused("RoleDefinitionHasAssignments");
  return remove(
    azure,
    (resource) => resource.type === "Microsoft.Authorization/roleDefinitions" && resource.name === name,
  );
}

function deleteGroup(azure: Azure, name: string): Partial<Ended> {
  const inGroup = ({ id }: { readonly id: string }) => `${id}/`.includes(`/resourceGroups/${name}/`);
  if (azure.resources().some((resource) => inGroup(resource) && resource.type === "Microsoft.Authorization/locks"))
    return refused("ScopeLocked");
  if (Array.from(azure.policies.keys()).some((id) => inGroup({ id }))) return refused("ContainerImmutable");
  return remove(azure, inGroup);
}
