import packageJson from "../../package.json" with { type: "json" };
import { createApp, type App } from "../app.ts";
import type { BackupContext } from "../backup/context.ts";
import type { Config } from "../config/config.ts";
import { readConfig } from "../config/read-config.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { RestoreContext } from "../restore/context.ts";
import { wireBackup, wireRestore } from "../wiring.ts";

export const version = packageJson.version;

export interface Opened {
  readonly app: App;
  readonly config: Config;
  readonly context: BackupContext;
  readonly restore: RestoreContext;
}

/**
 * The app as the command line has it: the same settings, whoever is signed in, and no function app.
 * @throws KeyBackupError `bad-configuration` with every problem.
 */
export async function openApp(): Promise<Opened> {
  const result = readConfig(undefined, "command-line");
  if (!result.ok) {
    const problems = result.problems.map(({ setting, message }) => `${setting} ${message}`);
    const hint = "Set the settings of the app (docs/configuration.md) in this shell's environment, then try again.";
    throw new KeyBackupError("bad-configuration", `read the settings: ${problems.length} problems`, { problems, hint });
  }
  const { config } = result;
  const context = await wireBackup(config, version, "command-line");
  const restore = await wireRestore(config, version, "command-line");
  return { app: createApp(config, context, restore), config, context, restore };
}
