import { geographyOf } from "../geography/geography-rule.ts";
import { normalizeRegion, type RegionTable } from "../geography/region-table.ts";
import { vaultSuffix } from "./clouds.ts";
import { schemaProblems, textAt } from "./json-setting.ts";
import { regionProblem } from "./regions.ts";
import { nameOf, type EntryReading, type VaultEntry, type VaultFault } from "./vault-entry.ts";
import { groupOutline, groupShape, vaultShape } from "./vault-shape.ts";

/** What the vaults of a group share. */
interface Group {
  readonly subscriptionId: string;
  readonly resourceGroup: string;
  readonly region: string;
  readonly suffix: string;
}

type SharedFault = Omit<VaultFault, "vault">;

/** The vaults of one group. A fault of what they share is a fault of each of them. */
export function readGroup(path: string, element: unknown, table: RegionTable): EntryReading {
  if (typeof element === "object" && element !== null && "url" in element) {
    const message = "is written for local mode: give a group with subscriptionId, resourceGroup, region and vaults.";
    return { entries: [], problems: [{ setting: path, message }] };
  }
  const outline = groupOutline.safeParse(element);
  if (!outline.success) return { entries: [], problems: schemaProblems(path, outline.error) };
  const shared = readShared(path, outline.data, table);
  const entries = outline.data.vaults.map((entry, index) => readVault(`${path}.vaults[${index}]`, entry, shared));
  return { entries, problems: [] };
}

function readShared(path: string, outline: object, table: RegionTable): Group | readonly SharedFault[] {
  const parsed = groupShape.safeParse(outline);
  const faults = (parsed.success ? [] : schemaProblems(path, parsed.error)).map((problem): SharedFault => ({
    ...problem,
    code: "bad-configuration",
  }));
  const region = textAt(outline, "region");
  const unknown = region === undefined ? undefined : regionProblem(region, table);
  if (unknown !== undefined) faults.push({ setting: `${path}.region`, message: unknown, code: "region-unknown" });
  if (!parsed.success || faults.length > 0) return faults;
  const suffix = vaultSuffix(geographyOf(parsed.data.region, table)?.cloud ?? "");
  if (suffix !== undefined) return { ...parsed.data, region: normalizeRegion(parsed.data.region), suffix };
  const message = "is in a cloud that this program does not know.";
  return [{ setting: `${path}.region`, message, code: "region-unknown" }];
}

function readVault(path: string, entry: unknown, shared: Group | readonly SharedFault[]): VaultEntry {
  const parsed = vaultShape.safeParse(typeof entry === "string" ? { name: entry } : entry);
  const own = parsed.success ? [] : schemaProblems(path, parsed.error);
  const faults = [
    ...("suffix" in shared ? [] : shared),
    ...own.map((problem): SharedFault => ({ ...problem, code: "bad-configuration" })),
  ];
  if (!parsed.success || !("suffix" in shared)) {
    const vault = nameOf(entry, path);
    return { faults: faults.map((fault) => ({ ...fault, vault })) };
  }
  const { suffix, ...group } = shared;
  const { name, sku, backup } = parsed.data;
  const host = `${name}.${suffix}`;
  const owner = `/subscriptions/${group.subscriptionId}/resourceGroups/${group.resourceGroup}`;
  const resourceId = `${owner}/providers/Microsoft.KeyVault/vaults/${name}`;
  return { path, vault: { name, host, url: `https://${host}`, resourceId, ...group, sku, backup } };
}
