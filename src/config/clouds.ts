/** Host suffixes of the clouds in the table of regions. */
const clouds: ReadonlyMap<string, { readonly vault: string; readonly blob: string }> = new Map([
  ["AzureCloud", { vault: "vault.azure.net", blob: "blob.core.windows.net" }],
  ["AzureUSGovernment", { vault: "vault.usgovcloudapi.net", blob: "blob.core.usgovcloudapi.net" }],
  ["AzureChinaCloud", { vault: "vault.azure.cn", blob: "blob.core.chinacloudapi.cn" }],
]);

/** `undefined` for a cloud that this program does not know. */
export function vaultSuffix(cloud: string): string | undefined {
  return clouds.get(cloud)?.vault;
}

/** `undefined` for a cloud that this program does not know. */
export function blobSuffix(cloud: string): string | undefined {
  return clouds.get(cloud)?.blob;
}
