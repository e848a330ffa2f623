import type { Exit } from "../../../local/functions-host/child-process.ts";
import { spawnFunctionsHost, type SpawnedFunctionsHost } from "../../../local/functions-host/spawn.ts";
import type { DeployedApp } from "./deployed.ts";
import { openIdentityEndpoint, type TokenIssuer } from "./tokens.ts";

export interface RunningApp {
  readonly app: DeployedApp;
  readonly host: SpawnedFunctionsHost;
  stop(): Promise<Exit>;
}

interface StartOptions {
  /** Where the zip that is deployed was unpacked: nothing else of this repository is in reach. */
  readonly packageDirectory: string;
  readonly issuer: TokenIssuer;
  readonly networkEnv: Readonly<Record<string, string>>;
}

/** The package with the settings that the templates give the app, and those that the platform adds by itself. */
export async function startApp(
  app: DeployedApp,
  { packageDirectory, issuer, networkEnv }: StartOptions,
): Promise<RunningApp> {
  const identityEndpoint = await openIdentityEndpoint(issuer, app.identities);
  const platform = {
    WEBSITE_SITE_NAME: app.name,
    WEBSITE_SKU: "FlexConsumption",
    WEBSITE_INSTANCE_ID: "rehearsal",
    CONTAINER_NAME: "rehearsal",
    WEBSITE_AUTH_ENABLED: app.signIn === undefined ? "False" : "True",
    AZURE_FUNCTIONS_ENVIRONMENT: "Production",
    ...identityEndpoint.env,
  };
  // The real host looks for messages, gives failed ones back and tries a timer again less often; that says nothing about what is deployed.
  const faster = {
    AzureFunctionsJobHost__extensions__queues__maxPollingInterval: "00:00:00.200",
    AzureFunctionsJobHost__extensions__queues__visibilityTimeout: "00:00:02",
    FUNCTIONS_HOST_RETRY_DELAY: "0.1",
  };
  const host = await spawnFunctionsHost({
    appDirectory: packageDirectory,
    env: { ...app.settings, ...platform, ...networkEnv, ...faster },
  });
  return {
    app,
    host,
    async stop() {
      const exit = await host.stop();
      await identityEndpoint.close();
      return exit;
    },
  };
}
