import * as z from "zod";
import type { TokenIssuer } from "../rehearsal/tokens.ts";
import { guidOf } from "../rehearsal/resolve.ts";
import { begins, option } from "./arguments.ts";
import type { Ended } from "../run-program.ts";

/** An app role as Entra takes it. */
const rolesSchema = z.array(
  z.strictObject({
    allowedMemberTypes: z.array(z.enum(["User", "Application"])).min(1),
    displayName: z.string().min(1),
    description: z.string().min(1),
    value: z.string(),
    isEnabled: z.literal(true),
  }),
);

const changeSchema = z.strictObject({
  identifierUris: z.array(z.string()).optional(),
  api: z.strictObject({
    requestedAccessTokenVersion: z.number().optional(),
    oauth2PermissionScopes: z
      .array(z.looseObject({ id: z.guid(), value: z.string(), isEnabled: z.literal(true) }))
      .optional(),
    preAuthorizedApplications: z
      .array(z.strictObject({ appId: z.guid(), delegatedPermissionIds: z.array(z.guid()) }))
      .optional(),
  }),
});

const assignmentSchema = z.strictObject({ principalId: z.guid(), resourceId: z.guid(), appRoleId: z.guid() });

const azureCli = "04b07795-8ddb-461a-bbee-02f9e1bf7b46";
const me = guidOf("me");
const client = guidOf("registration");
const servicePrincipal = guidOf("service principal");

/** A directory with at most one app registration, and one person. */
export interface Entra {
  readonly appRoles: z.infer<typeof rolesSchema>;
  /** Plays calls about the directory; `undefined` for other calls. */
  call(args: readonly string[], issuer: () => TokenIssuer): Promise<Partial<Ended> | undefined>;
}

const said = (text: string): Partial<Ended> => ({ stdout: `${text}\n` });

export function openEntra(): Entra {
  const appRoles: z.infer<typeof rolesSchema> = [];
  const given = new Set<string>();
  let registered: z.infer<typeof changeSchema> = { api: {} };

  const patch = (body: string): void => {
    const { identifierUris = registered.identifierUris, api } = changeSchema.parse(JSON.parse(body));
    const scopes = registered.api.oauth2PermissionScopes?.map(({ id }) => id) ?? [];
    const asked = api.preAuthorizedApplications?.flatMap(({ delegatedPermissionIds }) => delegatedPermissionIds) ?? [];
    if (!asked.every((id) => scopes.includes(id))) throw new Error("a scope that does not exist yet can't be given");
    registered = { identifierUris, api: { ...registered.api, ...api } };
  };

  /** As `az account get-access-token` gets it, or the reason why App Service authentication would refuse it. */
  const token = async (resource: string, issuer: TokenIssuer): Promise<string> => {
    const { identifierUris = [], api } = registered;
    if (!identifierUris.includes(resource)) throw new Error(`AADSTS500011: ${resource} was not found`);
    if (!api.preAuthorizedApplications?.some(({ appId }) => appId === azureCli))
      throw new Error("AADSTS65001: az has no consent");
    if (api.requestedAccessTokenVersion !== 2)
      throw new Error("a token of version 1 has another issuer than sign-in expects");
    return issuer.issue(client, {
      oid: me,
      roles: appRoles.map(({ value }) => value).filter((value) => given.has(guidOf(value))),
    });
  };

  return {
    appRoles,
    async call(args, issuer) {
      if (begins(args, "ad app create")) {
        appRoles.push(...rolesSchema.parse(JSON.parse(option(args, "--app-roles"))));
        return said(client);
      }
      if (begins(args, "ad sp create")) return {};
      if (begins(args, "ad sp show")) {
        const value = /^appRoles\[\?value=='([\w.]+)'\]\.id$/.exec(option(args, "--query"))?.[1];
        return said(value === undefined ? servicePrincipal : guidOf(value));
      }
      if (begins(args, "ad group show")) return said("44444444-4444-4444-4444-444444444444");
      if (begins(args, "ad signed-in-user show")) return said(me);
      if (begins(args, "account get-access-token")) return said(await token(option(args, "--resource"), issuer()));
      if (begins(args, `rest --method PATCH --url https://graph.microsoft.com/v1.0/applications(appId='${client}')`)) {
        patch(option(args, "--body"));
        return {};
      }
      if (
        begins(
          args,
          `rest --method POST --url https://graph.microsoft.com/v1.0/servicePrincipals/${servicePrincipal}/appRoleAssignedTo`,
        )
      ) {
        given.add(assignmentSchema.parse(JSON.parse(option(args, "--body"))).appRoleId);
        return {};
      }
      return undefined;
    },
  };
}
