import * as z from "zod";
import { compareRegions, geographyOf } from "../geography/geography-rule.ts";
import { normalizeRegion, type RegionTable } from "../geography/region-table.ts";
import { judgeStore, replications, type Replication } from "../geography/store-rule.ts";
import { blobSuffix } from "./clouds.ts";
import type { StoreConfig } from "./config.ts";
import { expecting, parseJson, schemaProblems, textAt } from "./json-setting.ts";
import { listed, mustBe, type Problem, type Reading } from "./problem.ts";
import { regionProblem } from "./regions.ts";
import { azureUrlFaults, localUrlFaults, parseUrl } from "./service-url.ts";
import { textOf, type Environment } from "./settings.ts";

const setting = "KEY_BACKUP_STORES";
const wanted = "a JSON array of stores, each with url, region and replication";

const regionWords = expecting("the name of a region");

const storeShape = z.strictObject(
  {
    url: z.string({ error: (issue) => mustBe("the URL of a blob service", issue.input) }).trim(),
    region: z.string(regionWords).trim().min(1, regionWords),
    replication: z.enum(replications, expecting(listed(replications, "or"))),
  },
  expecting("an object with url, region and replication", ["url", "region", "replication"]),
);

export interface StoreFacts {
  readonly local: boolean;
  readonly table: RegionTable;
  readonly appRegion: string | undefined;
}

/** Every store, one a geography. A store that can't be used is a problem of the whole app. */
export function readStores(env: Environment, facts: StoreFacts): Reading<readonly StoreConfig[]> {
  const text = textOf(env, setting);
  if (text === undefined) return { value: [], problems: [{ setting, message: mustBe(wanted, undefined) }] };
  const json = parseJson(setting, text);
  if ("problem" in json) return { value: [], problems: [json.problem] };
  if (!Array.isArray(json.value)) return { value: [], problems: [{ setting, message: mustBe(wanted, json.value) }] };
  if (json.value.length === 0) return { value: [], problems: [{ setting, message: "is empty: add a store." }] };
  const readings = json.value.map((entry: unknown, index) => readStore(`${setting}[${index}]`, entry, facts));
  const stores = readings.map((reading) => reading.value);
  return {
    value: stores.filter((store) => store !== undefined),
    problems: [...readings.flatMap((reading) => reading.problems), ...sharedProblems(stores)],
  };
}

function readStore(path: string, entry: unknown, facts: StoreFacts): Reading<StoreConfig | undefined> {
  const parsed = storeShape.safeParse(entry);
  const problems = parsed.success ? [] : schemaProblems(path, parsed.error);
  const region = textAt(entry, "region") ?? "";
  const place = geographyOf(region, facts.table);
  const address = readAddress(textAt(entry, "url"), place?.cloud, facts.local);
  problems.push(...address.faults.map((message) => ({ setting: `${path}.url`, message })));
  const unknown = region === "" ? undefined : regionProblem(region, facts.table);
  if (unknown !== undefined) problems.push({ setting: `${path}.region`, message: unknown });
  if (!parsed.success || place === undefined) return { value: undefined, problems };
  const { replication } = parsed.data;
  problems.push(...placeProblems(path, region, replication, facts));
  const sas = address.sas === "" ? {} : { sas: address.sas };
  return { value: { url: address.url, region: normalizeRegion(region), replication, ...place, ...sas }, problems };
}

function placeProblems(path: string, region: string, replication: Replication, facts: StoreFacts): Problem[] {
  const { appRegion, table } = facts;
  const problems: Problem[] = [];
  const itself = judgeStore({ vaultRegion: region, storeRegion: region, replication, table });
  for (const { reason } of itself.allowed ? [] : itself.refusals) {
    const message = `would take backups out of the geography (${reason}): use LRS or ZRS.`;
    problems.push({ setting: `${path}.replication`, message });
  }
  const near = compareRegions(region, appRegion ?? region, table);
  if (!near.same) {
    const message = `is not where the app is (${near.reason}): run one app in each geography.`;
    problems.push({ setting: `${path}.region`, message });
  }
  return problems;
}

interface Address {
  readonly url: string;
  readonly sas: string;
  readonly faults: readonly string[];
}

function readAddress(text: string | undefined, cloud: string | undefined, local: boolean): Address {
  if (text === undefined) return { url: "", sas: "", faults: [] };
  const url = parseUrl(text);
  if (url === undefined) return { url: "", sas: "", faults: ["is not a URL: give the address of a blob service."] };
  const faults = local ? localUrlFaults(url) : azureUrlFaults(url);
  if (local && !/^\/([a-z0-9]{3,24}\/?)?$/.test(url.pathname)) {
    faults.push("must have no path but the account's name (http://127.0.0.1:10000/devstoreaccount1).");
  }
  const suffix = blobSuffix(cloud ?? "");
  if (!local && suffix !== undefined && !/^[a-z0-9]{3,24}$/.test(accountOf(url, suffix))) {
    faults.push(`must lead to an account's blob service in ${cloud ?? ""}: https://{account}.${suffix}.`);
  }
  return { url: (url.origin + url.pathname).replace(/\/$/, ""), sas: url.search.slice(1), faults };
}

function accountOf(url: URL, suffix: string): string {
  return url.hostname.endsWith(`.${suffix}`) ? url.hostname.slice(0, -suffix.length - 1) : "";
}

function sharedProblems(stores: readonly (StoreConfig | undefined)[]): Problem[] {
  return stores.flatMap((store, index) => {
    const before = stores.slice(0, index);
    const near = before.findIndex((other) => store !== undefined && other?.geography === store.geography);
    const same = before.findIndex((other) => store !== undefined && store.url !== "" && other?.url === store.url);
    const problems: Problem[] = [];
    if (near >= 0) {
      const message = `is in the geography ${store?.geography ?? ""}, as ${setting}[${near}] is: keep one store in each.`;
      problems.push({ setting: `${setting}[${index}].region`, message });
    }
    if (same >= 0 && near < 0) {
      const message = `is the address of ${setting}[${same}] too: an account is in one region only.`;
      problems.push({ setting: `${setting}[${index}].url`, message });
    }
    return problems;
  });
}
