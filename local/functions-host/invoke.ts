import { randomUUID } from "node:crypto";
import type {
  CoreInvocationContext,
  FunctionMetadata,
  InvocationResponse,
  LogLevel,
  RetryContext,
  TypedData,
} from "./core-types.ts";
import { triggerOf } from "./describe-functions.ts";
import { describeError, type HostLog } from "./log.ts";
import { runHooks, type RegisteredFunction, type Registry } from "./registry.ts";

export type Outcome =
  | { readonly outcome: "succeeded"; readonly response: InvocationResponse }
  | { readonly outcome: "failed"; readonly error: unknown };

export interface TriggerData {
  readonly value: TypedData;
  readonly metadata?: Readonly<Record<string, TypedData>>;
  readonly retry?: RetryContext | undefined;
}

export interface Invoker {
  /** Never rejects: a failing function, or outputs that can't be delivered, are a `failed` outcome. */
  invoke(target: RegisteredFunction, trigger: TriggerData): Promise<Outcome>;
  /** Resolves when nothing is running. */
  idle(): Promise<void>;
}

export interface InvokerOptions {
  readonly registry: Registry;
  readonly log: HostLog;
  readonly timeoutInMs: number;
  readonly deliverOutputs: (metadata: FunctionMetadata, response: InvocationResponse) => Promise<void>;
  readonly onOvertime: (message: string) => void;
}

// The longest delay that a timer of Node.js can have.
const longestDelayInMs = 2 ** 31 - 1;

export function createInvoker(options: InvokerOptions): Invoker {
  const running = new Set<Promise<Outcome>>();

  const run = async (target: RegisteredFunction, trigger: TriggerData): Promise<Outcome> => {
    const source = { function: target.metadata.name, invocationId: randomUUID() };
    const overtime = setTimeout(
      () => {
        const limit = options.timeoutInMs / 1_000;
        options.onOvertime(
          `Function ${source.function} (${source.invocationId}) ran over its time limit of ${limit} s.`,
        );
      },
      Math.min(options.timeoutInMs, longestDelayInMs),
    );
    options.log("information", `Executing ${source.function}`, source);
    const startedAt = Date.now();
    try {
      const response = await callFunction(options, target, trigger, source.invocationId);
      await options.deliverOutputs(target.metadata, response);
      options.log("information", `Executed ${source.function}: succeeded in ${Date.now() - startedAt} ms`, source);
      return { outcome: "succeeded", response };
    } catch (error) {
      options.log("error", `Executed ${source.function}: failed: ${describeError(error)}`, source);
      return { outcome: "failed", error };
    } finally {
      clearTimeout(overtime);
    }
  };

  return {
    invoke: async (target, trigger) => {
      const invocation = run(target, trigger);
      running.add(invocation);
      try {
        return await invocation;
      } finally {
        running.delete(invocation);
      }
    },
    idle: async () => {
      while (running.size > 0) {
        await Promise.all(running);
      }
    },
  };
}

/** One invocation as the Node.js worker performs it: arguments, hooks, handler, hooks, response. */
async function callFunction(
  { registry, log }: InvokerOptions,
  { metadata, callback }: RegisteredFunction,
  trigger: TriggerData,
  invocationId: string,
): Promise<InvocationResponse> {
  let invocationContext: unknown;
  const core: CoreInvocationContext = {
    invocationId,
    metadata,
    request: {
      invocationId,
      inputData: [{ name: triggerOf(metadata).name, data: trigger.value }],
      triggerMetadata: trigger.metadata ?? {},
      retryContext: trigger.retry,
    },
    state: undefined,
    log: (level, category, message) => {
      const entry: { level: LogLevel; message: string } = { level, message };
      const hook = { hookData: {}, category, invocationContext, ...entry };
      for (const logHook of registry.hooks.get("log") ?? []) {
        logHook(hook);
      }
      log(hook.level, hook.message, { function: metadata.name, invocationId });
    },
  };
  if (registry.model === undefined) {
    throw new Error("The app set no programming model.");
  }
  const model = registry.model.getInvocationModel(core);
  const { context, inputs } = await model.getArguments();
  invocationContext = context;
  const hook = { hookData: {}, invocationContext, inputs, functionCallback: callback };
  core.state = "preInvocationHooks";
  await runHooks(registry, "preInvocation", hook);

  core.state = "invocation";
  const post: { result: unknown; error: unknown } = { result: undefined, error: undefined };
  try {
    post.result = await model.invokeFunction(context, hook.inputs, hook.functionCallback);
  } catch (error) {
    post.error = error;
  }
  const after = { hookData: hook.hookData, invocationContext, inputs: hook.inputs, ...post };
  core.state = "postInvocationHooks";
  await runHooks(registry, "postInvocation", after);
  core.state = undefined;
  if (after.error !== undefined && after.error !== null) {
    throw after.error;
  }
  return model.getResponse(context, after.result);
}
