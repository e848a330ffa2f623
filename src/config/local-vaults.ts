import { normalizeRegion, type RegionTable } from "../geography/region-table.ts";
import { schemaProblems, textAt } from "./json-setting.ts";
import { regionProblem } from "./regions.ts";
import { localUrlFaults, parseUrl } from "./service-url.ts";
import { nameOf, type EntryReading, type VaultFault } from "./vault-entry.ts";
import { idParts, localVaultShape } from "./vault-shape.ts";

type Fault = Omit<VaultFault, "vault">;

/** A vault of this machine. An address that leads elsewhere stops the app: the fixed token would go there. */
export function readLocalVault(path: string, element: unknown, table: RegionTable): EntryReading {
  const parsed = localVaultShape.safeParse(element);
  const url = parseUrl(textAt(element, "url") ?? "");
  const problems = (url === undefined ? [] : urlFaults(url)).map((message) => ({ setting: `${path}.url`, message }));
  const faults = (parsed.success ? [] : schemaProblems(path, parsed.error)).map((problem): Fault => ({
    ...problem,
    code: "bad-configuration",
  }));
  const region = textAt(element, "region");
  const unknown = region === undefined ? undefined : regionProblem(region, table);
  if (unknown !== undefined) faults.push({ setting: `${path}.region`, message: unknown, code: "region-unknown" });
  if (!parsed.success || url === undefined || faults.length > 0) {
    const vault = nameOf(element, path);
    return { entries: [{ faults: faults.map((fault) => ({ ...fault, vault })) }], problems };
  }
  if (problems.length > 0) return { entries: [], problems };
  const { name, resourceId, sku, backup } = parsed.data;
  const { subscriptionId, resourceGroup } = idParts(resourceId);
  const place = { subscriptionId, resourceGroup, region: normalizeRegion(parsed.data.region) };
  return {
    entries: [{ path, vault: { name, host: name, url: url.origin, resourceId, ...place, sku, backup } }],
    problems,
  };
}

function urlFaults(url: URL): string[] {
  const faults = localUrlFaults(url);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") faults.push("must end after the port.");
  return faults;
}
