import { normalizeRegion, type RegionTable } from "../geography/region-table.ts";
import { schemaProblems } from "./json-setting.ts";
import { regionProblem } from "./regions.ts";
import { localUrlFaults, parseUrl } from "./service-url.ts";
import { nameOf, type EntryReading } from "./vault-entry.ts";
import { idParts, localVaultShape } from "./vault-shape.ts";

/** A vault of this machine. An address that leads elsewhere stops the app: the fixed token would go there. */
export function readLocalVault(path: string, element: unknown, table: RegionTable): EntryReading {
  const parsed = localVaultShape.safeParse(element);
  const url = parseUrl(urlOf(element));
  const problems = (url === undefined ? [] : urlFaults(url)).map((message) => ({ setting: `${path}.url`, message }));
  if (!parsed.success || url === undefined) {
    const found = parsed.success ? [] : schemaProblems(path, parsed.error);
    const vault = nameOf(element, path);
    return { entries: [{ faults: found.map((fault) => ({ ...fault, vault, code: "bad-configuration" })) }], problems };
  }
  if (problems.length > 0) return { entries: [], problems };
  const { name, region, resourceId, sku, backup } = parsed.data;
  const unknown = regionProblem(region, table);
  if (unknown !== undefined) {
    const fault = { vault: name, code: "region-unknown", setting: `${path}.region`, message: unknown } as const;
    return { entries: [{ faults: [fault] }], problems };
  }
  const { subscriptionId, resourceGroup } = idParts(resourceId);
  const place = { url: url.origin, resourceId, subscriptionId, resourceGroup, region: normalizeRegion(region) };
  return { entries: [{ path, vault: { name, host: name, ...place, sku, backup } }], problems };
}

function urlOf(element: unknown): string {
  const url = typeof element === "object" && element !== null && "url" in element ? element.url : "";
  return typeof url === "string" ? url : "";
}

function urlFaults(url: URL): string[] {
  const faults = localUrlFaults(url);
  if (url.pathname !== "/" || url.search !== "" || url.hash !== "") faults.push("must end after the port.");
  return faults;
}
