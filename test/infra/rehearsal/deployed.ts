import * as z from "zod";
import type { Resource } from "../bicep.ts";
import { referenceTo, resolve } from "./resolve.ts";
import type { Identities } from "./tokens.ts";

export interface DeployedApp {
  readonly name: string;
  readonly resourceGroup: string;
  readonly host: string;
  readonly role: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly identities: Identities;
  /** Audiences of the tokens that App Service authentication lets in; absent: it is off. */
  readonly signIn: readonly string[] | undefined;
}

export interface DeployedVault {
  readonly name: string;
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly region: string;
  readonly sku: "standard" | "premium";
}

/** What a deployment made, as far as the packaged app meets it. */
export interface Deployed {
  readonly apps: readonly DeployedApp[];
  readonly vaults: readonly DeployedVault[];
  /** Resource ids of storage accounts by name: made here, or existing and given rights on. */
  readonly accounts: ReadonlyMap<string, string>;
  /** By account, as deployed, or as the settings say of a store that existed. */
  readonly accountRegions: ReadonlyMap<string, string>;
  /** Container names by account. */
  readonly containers: ReadonlyMap<string, readonly string[]>;
}

const groupsSchema = z.array(
  z.object({
    subscriptionId: z.string(),
    resourceGroup: z.string(),
    region: z.string(),
    vaults: z.array(
      z.union([
        z.string().transform((name) => ({ name, sku: "standard" as const })),
        z.object({ name: z.string(), sku: z.enum(["standard", "premium"]).default("standard") }),
      ]),
    ),
  }),
);

export function readDeployed(resources: readonly Resource[]): Deployed {
  const apps = resources.filter(({ type }) => type === "Microsoft.Web/sites").map((site) => readApp(site, resources));
  const groups = apps
    .filter(({ role }) => role === "backup")
    .flatMap(({ settings }) => groupsSchema.parse(JSON.parse(settings["KEY_BACKUP_VAULTS"] ?? "")));
  const vaults = groups.flatMap(({ vaults: listed, ...group }) => listed.map((vault) => ({ ...group, ...vault })));
  const accounts = new Map<string, string>();
  const containers = new Map<string, string[]>();
  for (const { id } of resources) {
    const [account, name] = /^.*\/storageAccounts\/([a-z0-9]+)/.exec(id) ?? [];
    if (account === undefined || name === undefined) continue;
    accounts.set(name, account);
    const container: string | undefined = /\/containers\/([a-z-]+)/.exec(id)?.[1];
    const known = containers.get(name) ?? [];
    if (container !== undefined && !known.includes(container)) containers.set(name, [...known, container]);
  }
  return { apps, vaults, accounts, accountRegions: readAccountRegions(resources, apps), containers };
}

const storesSchema = z.array(z.object({ url: z.url(), region: z.string() }));

function readAccountRegions(resources: readonly Resource[], apps: readonly DeployedApp[]): ReadonlyMap<string, string> {
  const made = resources
    .filter(({ type }) => type === "Microsoft.Storage/storageAccounts")
    .map(({ name, location }) => [name, location ?? ""] as const);
  const stores = apps.flatMap(({ settings }) => storesSchema.parse(JSON.parse(settings["KEY_BACKUP_STORES"] ?? "")));
  return new Map([
    ...stores.map(({ url, region }) => [new URL(url).host.split(".")[0] ?? "", region] as const),
    ...made,
  ]);
}

function readApp(site: Resource, resources: readonly Resource[]): DeployedApp {
  const config = (name: string): Resource | undefined => resources.find(({ id }) => id === `${site.id}/config/${name}`);
  const values: Record<string, unknown> = config("appsettings")?.properties ?? {};
  const settings = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(resolve(value))]));
  const auth = config("authsettingsV2")?.properties;
  const carried = Object.keys(site.identity?.userAssignedIdentities ?? {}).map((id) =>
    identitySchema.parse(referenceTo(id)),
  );
  return {
    name: site.name,
    resourceGroup: site.id.split("/")[4] ?? "",
    host: `${site.name}.azurewebsites.net`,
    role: settings["KEY_BACKUP_ROLE"] ?? "",
    settings,
    identities: new Map(carried.map(({ clientId, principalId }) => [clientId, principalId])),
    signIn:
      auth?.platform.enabled === true
        ? auth.identityProviders.azureActiveDirectory.validation.allowedAudiences
        : undefined,
  };
}

const identitySchema = z.object({ clientId: z.string(), principalId: z.string() });
