import { startAzurite, type Azurite } from "../../../local/azurite/azurite.ts";
import type { KeySeed } from "../../../local/key-vault-emulator/config.ts";
import { startKeyVaultEmulator, type KeyVaultEmulator } from "../../../local/key-vault-emulator/emulator.ts";
import type { Resource } from "../bicep.ts";
import { makeCertificate } from "./certificate.ts";
import { openAudit, type Audit } from "./audit.ts";
import { startApp, type RunningApp } from "./app.ts";
import { sitePlane } from "./sites.ts";
import { storagePlane, vaultPlane } from "./data-planes.ts";
import { readDeployed, type Deployed, type DeployedApp } from "./deployed.ts";
import { openGateway, type Gateway, type Handler } from "./gateway.ts";
import { readRights, type Rights } from "./rights.ts";
import { createTokenIssuer, type TokenIssuer } from "./tokens.ts";

/**
 * Azure after a deployment, played on this machine: what the templates are predicted to make is read, and the package runs in it
 * with the settings, the identities and the rights that it would have. Names, tokens, rights and TLS are as deployed; Key Vault is the
 * emulator, Storage is Azurite, Entra and the platform are the few lines in this folder.
 */
export interface Cloud {
  readonly deployed: Deployed;
  readonly rights: Rights;
  readonly audit: Audit;
  readonly issuer: TokenIssuer;
  readonly gateway: Gateway;
  readonly emulator: KeyVaultEmulator;
  readonly azurite: Azurite;
  readonly certPath: string;
  /** What a process needs to reach this cloud by its names, and nothing else. */
  readonly networkEnv: Readonly<Record<string, string>>;
  app(role: string, geography?: string): DeployedApp;
  start(app: DeployedApp, packageDirectory: string): Promise<RunningApp>;
  close(): Promise<void>;
}

const suffixes = ["vault.azure.net", "blob.core.windows.net", "queue.core.windows.net", "azurewebsites.net"];
const emulatorToken = "emulator";

export async function openCloud(
  resources: readonly Resource[],
  keys: (vault: string) => readonly KeySeed[],
): Promise<Cloud> {
  const deployed = readDeployed(resources);
  const rights = readRights(resources);
  const issuer = createTokenIssuer();
  const audit = openAudit(issuer);
  const azurite = await startAzurite({ accounts: [...deployed.accounts.keys()] });
  for (const [account, containers] of deployed.containers) await azurite.createContainers(containers, account);
  const seeds = deployed.vaults.map(({ region, ...vault }) => ({
    ...vault,
    region: region.replaceAll(" ", "").toLowerCase(),
    keys: [...keys(vault.name)],
  }));
  const emulator = await startKeyVaultEmulator({
    token: emulatorToken,
    paging: "ragged",
    kidHost: "canonical",
    vaults: seeds,
  });
  const certificate = await makeCertificate(suffixes);

  const running = new Map<string, RunningApp>();
  const options = { deployed, rights, issuer, emulator, emulatorToken, azurite };
  const planes: Readonly<Record<string, Handler>> = {
    vault: audit.record("AZKVAuditLogs", vaultPlane(options)),
    blob: audit.record("StorageBlobLogs", storagePlane(options)),
    queue: storagePlane(options),
    azurewebsites: sitePlane(running, issuer),
  };
  const gateway = await openGateway(certificate, (host) => {
    const [name = "", service = ""] = host.split(".");
    const known =
      { vault: deployed.vaults.some((vault) => vault.name.toLowerCase() === name), azurewebsites: running.has(name) }[
        service
      ] ?? deployed.accounts.has(name.replace(/-secondary$/, ""));
    return known && suffixes.some((suffix) => host === `${name}.${suffix}`) ? planes[service] : undefined;
  });
  const networkEnv = {
    HTTPS_PROXY: gateway.proxyUrl,
    NO_PROXY: "127.0.0.1",
    NODE_EXTRA_CA_CERTS: certificate.certPath,
  };

  return {
    deployed,
    rights,
    audit,
    issuer,
    gateway,
    emulator,
    azurite,
    networkEnv,
    certPath: certificate.certPath,
    app(role, geography) {
      const found = deployed.apps.find(
        (app) => app.role === role && (geography === undefined || app.settings["KEY_BACKUP_REGION"] === geography),
      );
      if (found === undefined) throw new Error(`no ${role} app was deployed`);
      return found;
    },
    async start(app, packageDirectory) {
      const started = await startApp(app, { packageDirectory, issuer, networkEnv });
      running.set(app.name, started);
      return started;
    },
    async close() {
      for (const app of running.values()) await app.stop();
      await gateway.close();
      await Promise.all([emulator.close(), azurite.close(), certificate.remove()]);
    },
  };
}
