import { createRequire } from "node:module";
import { join } from "node:path";

/** What this project uses of Azurite's servers. */
export interface AzuriteServer {
  start(): Promise<void>;
  close(): Promise<void>;
  getHttpServerAddress(): string;
}

type Construct<T> = new (...args: readonly unknown[]) => T;

// Azurite publishes no module entry point and no types; these paths belong to the pinned version, 3.35.0.
const load = createRequire(import.meta.url);
function azuriteClass<T>(path: string): Construct<T> {
  const module: { readonly default: Construct<T> } = load(`azurite/dist/src/${path}.js`);
  return module.default;
}

/** A server not yet started. Without a directory it keeps everything in memory. Port 0 takes a free one. */
export function createAzuriteServer(service: "blob" | "queue", port: number, directory?: string): AzuriteServer {
  const title = service === "blob" ? "Blob" : "Queue";
  const Configuration = azuriteClass<object>(`${service}/${title}Configuration`);
  const Server = azuriteClass<AzuriteServer>(`${service}/${title}Server`);
  const folder = directory ?? "";
  const keepAliveInSeconds = 5;
  const accessAndDebugLog = [false, undefined, false, undefined];
  const loose = false;
  // The SDK's API version is newer than the newest that Azurite knows.
  const skipApiVersionCheck = true;
  const certificateAndOAuth = ["", "", "", undefined];
  const disableProductStyleUrl = false;
  return new Server(
    new Configuration(
      "127.0.0.1",
      port,
      keepAliveInSeconds,
      join(folder, `${service}.json`),
      join(folder, `${service}-extents.json`),
      [{ locationId: "Default", locationPath: join(folder, `${service}-storage`), maxConcurrency: 50 }],
      ...accessAndDebugLog,
      loose,
      skipApiVersionCheck,
      ...certificateAndOAuth,
      disableProductStyleUrl,
      directory === undefined,
    ),
  );
}
