import { pathToFileURL } from "node:url";
import { installCoreModule } from "../local/functions-host/registry.ts";

/** Loads the app in the argument as the Node.js worker does, and tells how long that took. */
const registry = installCoreModule((_level, message) => console.error(message));
const entryPoint = pathToFileURL(process.argv[2] ?? "").href;
const startedAt = performance.now();
await import(entryPoint);
const inMs = performance.now() - startedAt;
console.log(JSON.stringify({ inMs, functions: registry.functions.size }));
