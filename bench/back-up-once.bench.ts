import { readFileSync } from "node:fs";
import { getApp } from "../src/app.ts";
import type { CompletedLine } from "../src/catalog/completed-line.ts";
import type { VaultMessage } from "../src/catalog/vault-message.ts";
import type { Logger } from "../src/ports/logger.ts";

const logger: Logger = {
  info: () => undefined,
  warn: (message) => console.error(message),
  error: (message) => console.error(message),
};

/** Of this process since it began. Linux keeps it; `maxRSS` of other systems may include the parent's. */
function peakMemoryInBytes(): number {
  if (process.platform !== "linux") return process.resourceUsage().maxRSS * 1024;
  return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * 1024;
}

/** One run of the app as it is wired for Azure, time slice by time slice, in the place of queue and host. */
async function backUpOnce(requestsPerSecond: number | undefined): Promise<object> {
  const app = await getApp();
  const { messages } = await app.requestRun({ requestedBy: "bench" }, logger);
  const [first] = messages;
  if (first === undefined) throw new Error("the run has no vault");
  let message: VaultMessage = requestsPerSecond === undefined ? first : { ...first, requestsPerSecond };
  const startedAt = performance.now();
  let line: CompletedLine | undefined;
  for (;;) {
    const result = await app.backUpVault(message, logger);
    if (result.outcome !== "continues") {
      line = result.outcome === "completed" ? result.line : undefined;
      break;
    }
    message = result.message;
  }
  if (line === undefined) throw new Error("the run wrote no manifest");
  const { user, system } = process.cpuUsage();
  return {
    durationInMs: performance.now() - startedAt,
    cpuInMs: (user + system) / 1000,
    peakMemoryInBytes: peakMemoryInBytes(),
    status: line.status,
    counts: line.counts,
    requests: line.requests,
  };
}

const rate = process.argv[2];
console.log(JSON.stringify(await backUpOnce(rate === undefined ? undefined : Number(rate))));
