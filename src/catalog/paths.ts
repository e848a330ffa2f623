import { isRunId } from "./run-id.ts";

/** Vault and key names are case-insensitive in Key Vault, blob names are not: paths are lower case. */
const lower = (text: string): string => text.toLowerCase();

export const plansPrefix = "plans/";
export const manifestsPrefix = "manifests/";

export const planPath = (runId: string): string => `${plansPrefix}${runId}.json`;

export const vaultManifestsPrefix = (vault: string): string => `${manifestsPrefix}${lower(vault)}/`;
export const manifestPath = (vault: string, runId: string): string => `${vaultManifestsPrefix(vault)}${runId}.jsonl`;

/** All that one run stored of one vault. */
export const runBlobsPrefix = (vault: string, runId: string): string => `blobs/${lower(vault)}/${runId}/`;
export const vaultBlobsPrefix = (vault: string): string => `blobs/${lower(vault)}/`;

/** The bytes of Backup Key. */
export const backupPath = (vault: string, runId: string, key: string): string =>
  `${runBlobsPrefix(vault, runId)}keys/${lower(key)}.backup`;

/** The manifest entry of the key, beside its backup. */
export const entryPath = (vault: string, runId: string, key: string): string =>
  `${runBlobsPrefix(vault, runId)}keys/${lower(key)}.json`;

export interface ManifestAddress {
  readonly vault: string;
  readonly runId: string;
}

/** Reads `manifests/{vault}/{runId}.jsonl`; `undefined` for anything else that lies there. */
export function parseManifestPath(path: string): ManifestAddress | undefined {
  const [, vault, runId] = /^manifests\/([^/]+)\/([^/]+)\.jsonl$/.exec(path) ?? [];
  return vault !== undefined && runId !== undefined && isRunId(runId) ? { vault, runId } : undefined;
}

export interface KeyBlobAddress extends ManifestAddress {
  readonly key: string;
  readonly kind: "backup" | "entry";
}

/** Reads `blobs/{vault}/{runId}/keys/{key}.backup|.json`; `undefined` for anything else that lies there. */
export function parseKeyBlobPath(path: string): KeyBlobAddress | undefined {
  const [, vault, runId, key, ending] =
    /^blobs\/([^/]+)\/([^/]+)\/keys\/([0-9a-z-]{1,127})\.(backup|json)$/.exec(path) ?? [];
  if (vault === undefined || runId === undefined || key === undefined || !isRunId(runId)) return undefined;
  return { vault, runId, key, kind: ending === "backup" ? "backup" : "entry" };
}

/** Reads `plans/{runId}.json`. */
export function parsePlanPath(path: string): string | undefined {
  const runId = /^plans\/([^/]+)\.json$/.exec(path)?.[1];
  return runId !== undefined && isRunId(runId) ? runId : undefined;
}
