import type { App } from "../app.ts";
import type { VaultMessage } from "../catalog/vault-message.ts";
import { toKeyBackupError, type KeyBackupError } from "../errors/key-backup-error.ts";
import type { Logger } from "../ports/logger.ts";

/** A vault whose work threw: its manifest then tells what is true of it. */
export interface GivenUp {
  readonly vault: string;
  readonly error: KeyBackupError;
}

/** Vaults at a time: each has its own limit at Key Vault, and all share this machine's line. */
const mostVaultsAtOnce = 4;

/**
 * Works through a run's messages here, continuations included: what the queue and the functions do in Azure. A vault
 * that throws is given up at once, since the person who started the run can start another.
 */
export async function workRun(
  messages: readonly VaultMessage[],
  app: Pick<App, "backUpVault" | "abandonVault">,
  logger: Logger,
  onVaultDone: () => void,
): Promise<readonly GivenUp[]> {
  const queue = messages.values();
  const givenUp: GivenUp[] = [];
  const worker = async (): Promise<void> => {
    for (const message of queue) {
      const error = await workVault(message, app, logger);
      if (error) givenUp.push({ vault: message.vault, error });
      onVaultDone();
    }
  };
  await Promise.all(Array.from({ length: mostVaultsAtOnce }, worker));
  return givenUp;
}

async function workVault(
  first: VaultMessage,
  app: Pick<App, "backUpVault" | "abandonVault">,
  logger: Logger,
): Promise<KeyBackupError | undefined> {
  let message = first;
  try {
    for (;;) {
      const result = await app.backUpVault(message, logger);
      if (result.outcome !== "continues") return undefined;
      message = result.message;
    }
  } catch (thrown) {
    const error = toKeyBackupError(thrown, `back up vault ${message.vault}`);
    logger.error(`${message.vault}: ${error.message}. ${error.hint}`);
    return (await abandon(message, app, logger)) ?? error;
  }
}

/** Without its manifest a vault stays `stalled`: that is true, too. */
async function abandon(
  message: VaultMessage,
  app: Pick<App, "abandonVault">,
  logger: Logger,
): Promise<KeyBackupError | undefined> {
  try {
    await app.abandonVault(message, logger);
    return undefined;
  } catch (thrown) {
    const error = toKeyBackupError(thrown, `write the manifest of vault ${message.vault}`);
    logger.error(`${message.vault}: ${error.message}. ${error.hint}`);
    return error;
  }
}
