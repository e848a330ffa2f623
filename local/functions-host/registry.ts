import Module from "node:module";
import type { FunctionCallback, FunctionMetadata, HookCallback, HookName, ProgrammingModel } from "./core-types.ts";
import type { HostLog } from "./log.ts";

export interface RegisteredFunction {
  readonly metadata: FunctionMetadata;
  readonly callback: FunctionCallback;
}

/** What an app told the worker while it was loaded. */
export interface Registry {
  readonly functions: Map<string, RegisteredFunction>;
  readonly hooks: Map<HookName, Set<HookCallback>>;
  model: ProgrammingModel | undefined;
  /** After loading, a registration is an error, as in Azure. */
  locked: boolean;
}

const hookNames: readonly string[] = ["appStart", "appTerminate", "preInvocation", "postInvocation", "log"];

let installed = false;

/**
 * Makes `require("@azure/functions-core")` answer like the Node.js worker. Once per process, and before the app is imported: the
 * library keeps the first answer it gets, and without one it registers nothing.
 */
export function installCoreModule(log: HostLog): Registry {
  if (installed) {
    throw new Error("A process can hold one functions host: @azure/functions keeps the first core module it meets.");
  }
  installed = true;
  const registry: Registry = { functions: new Map(), hooks: new Map(), model: undefined, locked: false };
  const core = coreModule(registry, log);
  // The worker does the same; it is the only hook that reaches a bundle's createRequire().
  const loader = Module.prototype as { require: (this: unknown, id: string) => unknown };
  const original = loader.require;
  loader.require = function require(id) {
    return id === "@azure/functions-core" ? core : original.call(this, id);
  };
  return registry;
}

function coreModule(registry: Registry, log: HostLog): object {
  return {
    version: "local",
    hostVersion: "4.0.0",
    setProgrammingModel: (model: ProgrammingModel) => {
      registry.model = model;
    },
    getProgrammingModel: () => registry.model,
    registerFunction: (metadata: FunctionMetadata, callback: FunctionCallback) => {
      if (registry.locked) {
        throw new Error(`Function ${metadata.name} is registered after the app was loaded: Azure would not know it.`);
      }
      if (registry.functions.has(metadata.name)) {
        throw new Error(`Two functions are named ${metadata.name}.`);
      }
      registry.functions.set(metadata.name, { metadata, callback });
      return { dispose: () => registry.functions.delete(metadata.name) };
    },
    registerHook: (name: string, callback: HookCallback) => {
      if (!isHookName(name)) {
        throw Object.assign(new RangeError(`Unknown hook ${name}.`), { isAzureFunctionsSystemError: true });
      }
      const callbacks = registry.hooks.get(name) ?? new Set();
      registry.hooks.set(name, callbacks.add(callback));
      return { dispose: () => callbacks.delete(callback) };
    },
    log: (level: Parameters<HostLog>[0], _category: string, message: string) => log(level, message),
  };
}

function isHookName(name: string): name is HookName {
  return hookNames.includes(name);
}

export async function runHooks(registry: Registry, name: HookName, context: Record<string, unknown>): Promise<void> {
  for (const callback of registry.hooks.get(name) ?? []) {
    await callback(context);
  }
}
