import * as z from "zod";
import { expecting } from "./json-setting.ts";

const namePattern = /^(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]$/;
const nameWords = expecting("a vault's name: 3 to 24 letters, digits and single dashes, a letter first, no dash last");

const entryFields = {
  name: z.string(nameWords).regex(namePattern, nameWords).toLowerCase(),
  sku: z.enum(["standard", "premium"], expecting("standard or premium")).default("standard"),
  backup: z.boolean(expecting("true or false")).default(true),
};

const regionWords = expecting("the name of a region");
const region = z.string(regionWords).trim().min(1, regionWords);

/** ASCII only: the vault's resource id becomes metadata of blobs. */
const groupNameWords = expecting("a resource group's name in ASCII: letters, digits, . _ - ( ), no dot last");
const resourceGroup = z.string(groupNameWords).regex(/^[\w.()-]{0,89}[\w()-]$/, groupNameWords);

const subscriptionWords = expecting("a subscription's id (a GUID)");
const subscriptionId = z
  .string(subscriptionWords)
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, subscriptionWords);

const groupKeys = ["subscriptionId", "resourceGroup", "region", "vaults"];

/** Whether a group tells its vaults at all; if not, nobody knows which are left out. */
export const groupOutline = z.strictObject(
  {
    subscriptionId: z.unknown().optional(),
    resourceGroup: z.unknown().optional(),
    region: z.unknown().optional(),
    vaults: z.array(z.unknown(), expecting("a list of vault names")),
  },
  expecting("an object with subscriptionId, resourceGroup, region and vaults", groupKeys),
);

/** What the vaults of a group share. */
export const groupShape = z.object({ subscriptionId: subscriptionId.toLowerCase(), resourceGroup, region });

export const vaultShape = z.strictObject(
  entryFields,
  expecting("a vault's name or an object with name", ["name", "sku", "backup"]),
);

const idPattern =
  /^\/subscriptions\/([\w-]+)\/resourceGroups\/([\w.()-]{1,90})\/providers\/Microsoft\.KeyVault\/vaults\/([a-z0-9-]+)$/i;
const idWords = expecting(
  "/subscriptions/{id}/resourceGroups/{name}/providers/Microsoft.KeyVault/vaults/{the vault's name}",
);

const localKeys = ["name", "url", "resourceId", "region", "sku", "backup"];

/** In local mode each vault stands by itself. */
export const localVaultShape = z
  .strictObject(
    {
      ...entryFields,
      url: z.url(expecting("the vault's URL on this machine")),
      resourceId: z.string(idWords).regex(idPattern, idWords),
      region,
    },
    expecting("an object with name, url, resourceId and region (local mode)", localKeys),
  )
  .refine((vault) => idParts(vault.resourceId).name === vault.name, {
    path: ["resourceId"],
    error: "must end with the vault's name.",
  });

export function idParts(resourceId: string): { subscriptionId: string; resourceGroup: string; name: string } {
  const [, subscription = "", group = "", name = ""] = idPattern.exec(resourceId) ?? [];
  return { subscriptionId: subscription.toLowerCase(), resourceGroup: group, name: name.toLowerCase() };
}
