import { once } from "node:events";
import type { SpawnedFunctionsHost } from "./functions-host/spawn.ts";
import type { StandIns } from "./stand-ins.ts";

/** Prints where everything is and what can be asked of it, and resolves when the user ends it. */
export async function stayUp({ host, standIns }: { host: SpawnedFunctionsHost; standIns: StandIns }): Promise<void> {
  const key = `-H "x-functions-key: ${host.key}"`;
  const lines = [
    "",
    "Everything stays up until Ctrl-C. For instance:",
    "",
    `  curl ${key} ${host.url}/api/health`,
    `  curl ${key} ${host.url}/api/runs`,
    `  curl ${key} -X POST ${host.url}/api/backups -d '{"vaults":["contoso-retail"]}'`,
    `  curl ${key} -X POST ${host.url}/admin/functions/nightlyBackup -H "content-type: application/json" -d '{}'`,
    "",
    ...standIns.emulator.vaults.map(({ name, url }) => `  vault ${name}: ${url}`),
    `  Blob Storage: ${standIns.azurite.blobUrl}`,
    "",
  ];
  process.stdout.write(`${lines.join("\n")}\n`);
  await Promise.race([once(process, "SIGINT"), once(process, "SIGTERM"), host.exited]);
}
