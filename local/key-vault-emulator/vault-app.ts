import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { type Call, parseBody, type Route } from "./call.ts";
import { backupRoutes } from "./routes/backup.ts";
import { deletedRoutes } from "./routes/deleted.ts";
import { keyRoutes } from "./routes/keys.ts";
import { listRoutes } from "./routes/list.ts";
import { rotationRoutes } from "./routes/rotation.ts";
import { signatureRoutes } from "./routes/signatures.ts";
import { serve } from "./serve.ts";
import { ServiceError } from "./service-error.ts";
import type { VaultState } from "./vault-state.ts";

type VaultContext = Context<{ Bindings: HttpBindings }>;

/** Fixed words before parameters: `/keys/{name}/versions` is no version called "versions". */
const routes: readonly Route[] = [
  ...listRoutes,
  ...backupRoutes,
  ...rotationRoutes,
  ...deletedRoutes,
  ...signatureRoutes,
  ...keyRoutes,
];

export function makeVaultApp(vault: VaultState): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>({ getPath: (request) => normalizedPath(request.url) });
  for (const route of routes) {
    app.on(route.method, route.path, (context) =>
      serve(callFrom(vault, route.op, context), (call) => route.handle(call), context.env.outgoing),
    );
  }
  app.notFound((context) =>
    serve(
      callFrom(vault, "unknown", context),
      () => {
        throw new ServiceError(404, "NotFound", "The emulator has no such operation.");
      },
      context.env.outgoing,
    ),
  );
  return app;
}

function callFrom(vault: VaultState, op: Route["op"], context: VaultContext): Call {
  const url = context.req.url;
  const queryAt = url.indexOf("?");
  return {
    vault,
    op,
    method: context.req.method,
    name: context.req.param("name") ?? "",
    version: context.req.param("version") ?? "",
    // Decodes names too: the SDK sends `api%2Dversion`.
    query: new URLSearchParams(queryAt < 0 ? "" : url.slice(queryAt)),
    header: (name) => context.req.header(name),
    body: async () => parseBody(await context.req.text()),
  };
}

/** Some SDK builds send `//`; a trailing slash stands for the newest version. */
function normalizedPath(url: string): string {
  const start = url.indexOf("/", url.indexOf("://") + 3);
  const queryAt = url.indexOf("?", start);
  const path = url.slice(start, queryAt < 0 ? undefined : queryAt).replaceAll(/\/{2,}/g, "/");
  return path.length > 1 && path.endsWith("/") ? path.slice(0, -1) : path;
}
