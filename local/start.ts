import { fileURLToPath } from "node:url";
import { demoStores, demoVaults } from "./demo/demo-vaults.ts";
import { spawnFunctionsHost } from "./functions-host/spawn.ts";
import { startStandIns } from "./stand-ins.ts";
import { stayUp } from "./stay-up.ts";

// `npm start`: the app on the local functions host, its timers by their schedules, with the stand-ins of the demo.
const standIns = await startStandIns({ vaults: demoVaults, stores: demoStores });
try {
  const host = await spawnFunctionsHost({
    appDirectory: fileURLToPath(new URL("..", import.meta.url)),
    env: standIns.env(),
    port: 7071,
    timers: true,
    onLog: ({ level, message }) => process.stderr.write(`${level.padEnd(11)} ${message}\n`),
  });
  try {
    for (const { name, type } of host.functions) process.stdout.write(`  ${name} (${type})\n`);
    await stayUp({ host, standIns });
  } finally {
    await host.stop();
  }
} finally {
  await standIns.close();
}
