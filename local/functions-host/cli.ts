import { parseArgs } from "node:util";
import { describeFunction } from "./describe-functions.ts";
import { loadRegistry, startFunctionsHost } from "./host.ts";
import { captureConsole } from "./console-capture.ts";
import { createLog, describeError, type LogEntry } from "./log.ts";
import { addLocalSettings } from "./settings.ts";

// Prints one JSON line when the app is ready, then log entries, one JSON line each, to stderr. Ends on SIGTERM, SIGINT or when
// stdin closes, after what runs has finished; with exit code 1 when the app can't be loaded, crashes or runs over its time limit.
const { values } = parseArgs({
  options: {
    app: { type: "string" },
    port: { type: "string", default: "0" },
    timers: { type: "boolean", default: false },
    /** Only say what the app registers. */
    list: { type: "boolean", default: false },
  },
});

const onLog = (entry: LogEntry): void => {
  process.stderr.write(`${JSON.stringify(entry)}\n`);
};
const log = createLog(onLog);
captureConsole(log);

const fail = (what: string, error: unknown): never => {
  log("critical", `${what}: ${describeError(error)}`);
  process.exit(1);
};
process.on("uncaughtException", (error) => fail("The app crashed", error));

const printReady = (line: object): void => {
  process.stdout.write(`${JSON.stringify(line)}\n`);
};

async function main(): Promise<void> {
  const appDirectory = values.app;
  if (appDirectory === undefined) {
    throw new Error("usage: cli.ts --app <directory> [--port <number>] [--timers] [--list]");
  }
  if (values.list) {
    await addLocalSettings(appDirectory, process.env);
    const registry = await loadRegistry(appDirectory, log);
    printReady({ functions: Array.from(registry.functions.values(), ({ metadata }) => describeFunction(metadata)) });
    process.exit(0);
  }
  const host = await startFunctionsHost({ appDirectory, port: Number(values.port), timers: values.timers, onLog });
  let stopping: Promise<void> | undefined;
  const stop = (): void => {
    stopping ??= host.stop().then(
      () => process.exit(0),
      (error: unknown) => fail("The host did not stop", error),
    );
  };
  process.once("SIGTERM", stop).once("SIGINT", stop);
  process.stdin.once("close", stop).resume();
  printReady({ url: host.url, key: host.key, functions: host.functions });
}

await main().catch((error: unknown) => fail("The host did not start", error));
