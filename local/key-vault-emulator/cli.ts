import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { makeAdminApp } from "./admin-app.ts";
import type { EmulatorConfig } from "./config.ts";
import { startKeyVaultEmulator } from "./emulator.ts";
import { listen } from "./listen.ts";

/** Prints one line of JSON with the addresses, and runs until its standard input closes or a SIGTERM or SIGINT comes. */
async function main(configPath: string): Promise<void> {
  // Whatever the file holds: the emulator checks it.
  const config: EmulatorConfig = JSON.parse(readFileSync(configPath, "utf8"));
  const emulator = await startKeyVaultEmulator(config);
  const admin = await listen(makeAdminApp(emulator));
  const end = new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
    process.stdin.once("close", resolve).once("end", resolve).resume();
  });
  const vaults = emulator.vaults.map(({ name, url }) => ({ name, url }));
  console.log(JSON.stringify({ vaults, adminUrl: admin.url }));
  await end;
  await Promise.all([emulator.close(), admin.close()]);
}

const { values } = parseArgs({ options: { config: { type: "string" } } });
if (values.config === undefined) {
  console.error("usage: tsx local/key-vault-emulator/cli.ts --config FILE.json");
  process.exitCode = 2;
} else {
  await main(values.config);
  process.exit(0);
}
