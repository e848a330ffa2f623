import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { assertSupported, describeFunction, triggerOf, type FunctionDescription } from "./describe-functions.ts";
import { readHostJson } from "./host-json.ts";
import { createHttpHandler } from "./http-handler.ts";
import { createInvoker } from "./invoke.ts";
import { loadApp } from "./load-app.ts";
import { createLog, describeError, type HostLog, type LogEntry } from "./log.ts";
import { deliverQueueOutputs } from "./outputs.ts";
import { createQueueStorage } from "./queue-storage.ts";
import { installCoreModule, runHooks, type Registry } from "./registry.ts";
import { addLocalSettings } from "./settings.ts";
import { bindTriggers } from "./triggers.ts";

export interface FunctionsHostOptions {
  /** Where the built app's host.json and package.json are. */
  readonly appDirectory: string;
  /** A free port when absent. */
  readonly port?: number | undefined;
  /** Fire timers by their schedules; without it, on demand only. */
  readonly timers?: boolean | undefined;
  readonly onLog?: ((entry: LogEntry) => void) | undefined;
  /** Called when an invocation ran over its time limit. Ends the process when absent, as the real host ends its worker. */
  readonly onOvertime?: ((message: string) => void) | undefined;
}

export interface FunctionsHost {
  readonly url: string;
  /** Opens functions of level `function` and `admin`, and the admin API. */
  readonly key: string;
  readonly functions: readonly FunctionDescription[];
  /** Takes nothing new, finishes what runs. */
  stop(): Promise<void>;
}

/** Loads the app into this process and serves it. Once per process; settings come from `process.env`. */
export async function startFunctionsHost(options: FunctionsHostOptions): Promise<FunctionsHost> {
  const log = createLog(options.onLog ?? (() => undefined));
  const { env } = process;
  await addLocalSettings(options.appDirectory, env);
  const settings = await readHostJson(options.appDirectory, env);
  const key = env["FUNCTIONS_HOST_KEY"] ?? randomBytes(24).toString("base64url");

  // The app may ask for its own address while it is loaded, so the port is taken first.
  let handle = notReady;
  const server = createServer((request, response) => {
    handle(request, response).catch((error: unknown) => {
      log("error", `${request.method} ${request.url?.split("?")[0]} was not answered: ${describeError(error)}`);
      response.destroy();
    });
  });
  const address = await listen(server, options.port ?? 0);
  env["WEBSITE_HOSTNAME"] = address;
  env["FUNCTIONS_WORKER_RUNTIME"] ??= "node";
  env["AZURE_FUNCTIONS_ENVIRONMENT"] ??= "Development";

  try {
    const registry = await loadRegistry(options.appDirectory, log);
    const storage = createQueueStorage(env, settings.queues.messageEncoding);
    const invoker = createInvoker({
      registry,
      log,
      timeoutInMs: settings.functionTimeoutInMs,
      deliverOutputs: (metadata, response) => deliverQueueOutputs(storage, metadata, response),
      onOvertime: options.onOvertime ?? ((message) => endProcess(log, message)),
    });
    const triggers = bindTriggers({ registry, settings, storage, invoker, env, log });
    handle = createHttpHandler({ ...triggers, routePrefix: settings.routePrefix, key, invoker });
    await triggers.start(options.timers ?? false);
    return {
      url: `http://${address}`,
      key,
      functions: Array.from(registry.functions.values(), ({ metadata }) => describeFunction(metadata)),
      stop: async () => {
        log("information", "Stopping: what runs is finished, nothing new is taken.");
        handle = notReady;
        server.keepAliveTimeout = 1;
        const closed = new Promise((resolve) => server.close(resolve));
        await triggers.stop();
        await invoker.idle();
        await closed;
        await runHooks(registry, "appTerminate", { hookData: {} });
      },
    };
  } catch (error) {
    server.close();
    throw error;
  }
}

/** Loads the app, refusing what this host would have to pass over. */
export async function loadRegistry(appDirectory: string, log: HostLog): Promise<Registry> {
  const registry = installCoreModule(log);
  await loadApp(appDirectory, registry, log);
  for (const { metadata } of registry.functions.values()) {
    triggerOf(metadata);
    assertSupported(metadata);
  }
  return registry;
}

async function notReady(_request: IncomingMessage, response: ServerResponse): Promise<void> {
  response.writeHead(503, { connection: "close" }).end();
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  const address = server.address();
  if (address === null || typeof address === "string") {
    throw new Error("The server has no port.");
  }
  return `127.0.0.1:${address.port}`;
}

function endProcess(log: HostLog, message: string): void {
  log("critical", `${message} The process ends, with everything else that runs in it.`);
  process.exit(1);
}
