import type { AdminCall } from "./admin.ts";
import type { Binding } from "./core-types.ts";
import { triggerOf } from "./describe-functions.ts";
import type { HostSettings } from "./host-json.ts";
import type { Invoker, Outcome, TriggerData } from "./invoke.ts";
import type { HostLog } from "./log.ts";
import { startQueueListener, type QueueListener } from "./queue-listener.ts";
import { createQueueProcessor } from "./queue-processor.ts";
import type { QueueStorage } from "./queue-storage.ts";
import type { RegisteredFunction, Registry } from "./registry.ts";
import { callWithRetries, parseRetryPolicy } from "./retry.ts";
import { parseRoute, type Route } from "./routes.ts";
import { resolveSettings } from "./settings.ts";
import { createTimer, type Timer } from "./timers.ts";

interface TriggersOptions {
  readonly registry: Registry;
  readonly settings: HostSettings;
  readonly storage: QueueStorage;
  readonly invoker: Invoker;
  readonly env: Record<string, string | undefined>;
  readonly log: HostLog;
}

export interface Triggers {
  readonly routes: readonly Route[];
  readonly admin: AdminCall;
  /** Listens to the queues, and, when `scheduled`, follows the timers' schedules. */
  start(scheduled: boolean): Promise<void>;
  stop(): Promise<void>;
}

// The real host's lease; a killed instance's message comes back after it.
const defaultLeaseInSeconds = 600;

export function bindTriggers(options: TriggersOptions): Triggers {
  const { registry, invoker, env } = options;
  const all = Array.from(registry.functions.values(), (target) => ({
    target,
    binding: triggerOf(target.metadata).binding,
  }));
  const ofType = (type: string): typeof all => all.filter(({ binding }) => binding.type === type);

  const stopping = new AbortController();
  const routes = ofType("httpTrigger").map(({ target, binding }) => toRoute(target, binding));
  const timers = new Map(
    ofType("timerTrigger").map(({ target, binding }): [string, Timer] => [
      target.metadata.name,
      createTimer(binding, resolveSettings(binding.schedule ?? "", env), retrying(options, target, stopping.signal)),
    ]),
  );
  const queued = ofType("queueTrigger");
  let listeners: readonly QueueListener[] = [];

  return {
    routes,
    admin: (name, { input, ...firing }) => {
      const timer = timers.get(name);
      if (timer !== undefined) {
        return timer.fire(firing);
      }
      const target = queued.find((one) => one.target.metadata.name === name)?.target;
      const text = { string: input ?? "" };
      return target && invoker.invoke(target, { value: text, metadata: { QueueTrigger: text } });
    },
    start: async (scheduled) => {
      listeners = await Promise.all(queued.map(({ target, binding }) => listen(options, target, binding)));
      if (scheduled) {
        timers.forEach((timer) => timer.start());
      }
    },
    stop: async () => {
      stopping.abort();
      timers.forEach((timer) => timer.stop());
      await Promise.all(listeners.map((listener) => listener.stop()));
    },
  };
}

function toRoute(target: RegisteredFunction, binding: Binding): Route {
  return {
    target,
    methods: (binding.methods ?? ["GET", "POST"]).map((method) => method.toUpperCase()),
    authLevel: binding.authLevel ?? "anonymous",
    segments: parseRoute(binding.route ?? target.metadata.name),
  };
}

function retrying(
  { invoker, env }: TriggersOptions,
  target: RegisteredFunction,
  signal: AbortSignal,
): (trigger: TriggerData) => Promise<Outcome> {
  const policy = parseRetryPolicy(target.metadata.retryOptions);
  const seconds = env["FUNCTIONS_HOST_RETRY_DELAY"];
  const delayInMs = seconds === undefined ? undefined : Number(seconds) * 1_000;
  return (trigger) =>
    callWithRetries({ policy, delayInMs, signal }, (retry) => invoker.invoke(target, { ...trigger, retry }));
}

async function listen(
  { storage, settings, invoker, env, log }: TriggersOptions,
  target: RegisteredFunction,
  binding: Binding,
): Promise<QueueListener> {
  const queue = storage.queueOf(binding);
  await queue.client.createIfNotExists();
  const shared = {
    functionName: target.metadata.name,
    queue,
    settings: settings.queues,
    leaseInSeconds: Number(env["FUNCTIONS_HOST_QUEUE_LEASE"] ?? defaultLeaseInSeconds),
    log,
  };
  const process = createQueueProcessor({
    ...shared,
    poisonQueue: queue.name.endsWith("-poison") ? undefined : storage.sibling(binding, "-poison"),
    invoke: (trigger: TriggerData) => invoker.invoke(target, trigger),
  });
  return startQueueListener({ ...shared, process });
}
