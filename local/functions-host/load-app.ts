import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { describeError, type HostLog } from "./log.ts";
import { runHooks, type Registry } from "./registry.ts";

/**
 * Imports what package.json's `main` names and locks the registry. An app that throws is an error here; in Azure it is one only
 * after its first registration, and before that the host merely finds no functions.
 */
export async function loadApp(appDirectory: string, registry: Registry, log: HostLog): Promise<void> {
  const entryPoint = await findEntryPoint(appDirectory);
  try {
    await import(pathToFileURL(entryPoint).href);
  } catch (error) {
    log("error", `The app failed while it was loaded: ${describeError(error)}`);
    const consequence =
      registry.functions.size === 0
        ? " before its first registration: in Azure this app would show no functions and no error"
        : "";
    throw new Error(`${entryPoint} threw${consequence}: ${String(error)}`, { cause: error });
  }
  if (registry.functions.size === 0 || registry.model === undefined) {
    throw new Error(
      `${entryPoint} registered no function. Does it reach @azure/functions through Node's require ("@azure/functions-core" external)?`,
    );
  }
  await runHooks(registry, "appStart", { hookData: {}, functionAppDirectory: appDirectory, hostVersion: "4.0.0" });
  registry.locked = true;
  const capabilities = await registry.model.getCapabilities({});
  if ("HttpUri" in capabilities) {
    throw new Error("This host does not stream HTTP: leave out app.setup({ enableHttpStream: true }).");
  }
}

async function findEntryPoint(appDirectory: string): Promise<string> {
  const path = resolve(appDirectory, "package.json");
  const manifest: { readonly main?: string } = JSON.parse(await readFile(path, "utf8"));
  if (manifest.main === undefined || manifest.main.includes("*")) {
    throw new Error(`${path}: main must name the entry point of the built app (patterns are not supported here).`);
  }
  return resolve(appDirectory, manifest.main);
}
