import path from "node:path";
import { root } from "../bicep-server.ts";
import { runProgram, type Ended } from "../run-program.ts";
import type { Cloud } from "./cloud.ts";
import type { DeployedApp } from "./deployed.ts";
import { guidOf } from "./resolve.ts";
import { openIdentityEndpoint } from "./tokens.ts";

/** The built command line, with the vaults and stores that an app was given, in the hands of somebody with the rights of `principalId`. */
export async function runCommandLine(
  cloud: Cloud,
  { settings }: Pick<DeployedApp, "settings">,
  principalId: string,
  args: readonly string[],
): Promise<Ended> {
  const clientId = guidOf("operator");
  const endpoint = await openIdentityEndpoint(cloud.issuer, new Map([[clientId, principalId]]));
  const { KEY_BACKUP_VAULTS, KEY_BACKUP_STORES } = settings;
  const env = {
    PATH: process.env["PATH"],
    KEY_BACKUP_VAULTS,
    KEY_BACKUP_STORES,
    AZURE_CLIENT_ID: clientId,
    ...endpoint.env,
    ...cloud.networkEnv,
  };
  try {
    return await runProgram(process.execPath, [path.join(root, "dist/cli/main.js"), ...args], env);
  } finally {
    await endpoint.close();
  }
}
