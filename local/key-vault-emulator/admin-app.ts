import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import * as z from "zod";
import { attributeChangesSchema, keySeedSchema, latencySchema, permissionsSchema, throttleSchema } from "./config.ts";
import type { EmulatedVault } from "./emulated-vault.ts";
import type { KeyVaultEmulator } from "./emulator.ts";
import { faultRuleSchema } from "./fault-rule.ts";

type Command = (vault: EmulatedVault, body: unknown) => unknown;

/** A command and the shape of its body. Absent settings are null in JSON. */
function command<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  run: (vault: EmulatedVault, body: z.output<z.ZodObject<Shape>>) => unknown,
): Command {
  const schema = z.strictObject(shape);
  return (vault, body) => run(vault, schema.parse(body));
}

const name = z.string();
const commands: Readonly<Record<string, Command>> = {
  seed: command({ keys: z.array(keySeedSchema) }, (vault, { keys }) => vault.seed(keys)),
  rotate: command({ name }, (vault, body) => vault.rotate(body.name)),
  delete: command({ name }, (vault, body) => vault.delete(body.name)),
  purge: command({ name }, (vault, body) => vault.purge(body.name)),
  recover: command({ name }, (vault, body) => vault.recover(body.name)),
  update: command({ name, changes: attributeChangesSchema }, (vault, body) => vault.update(body.name, body.changes)),
  faults: command({ rules: z.array(faultRuleSchema) }, (vault, { rules }) => vault.addFaults(rules)),
  "clear-faults": command({}, (vault) => vault.clearFaults()),
  throttle: command({ throttle: throttleSchema.nullable() }, (vault, { throttle }) =>
    vault.setThrottle(throttle ?? undefined),
  ),
  latency: command({ latency: latencySchema.nullable() }, (vault, { latency }) =>
    vault.setLatency(latency ?? undefined),
  ),
  region: command({ region: z.string().nullable() }, (vault, { region }) => vault.setRegion(region)),
  permissions: command({ permissions: permissionsSchema }, (vault, body) => vault.setPermissions(body.permissions)),
  marker: command({ marker: z.string() }, (vault, { marker }) => vault.plantMarker(marker)),
  "reset-requests": command({}, (vault) => vault.resetRequests()),
};

/** What a test in another process does to the vaults. On a port of its own, never on a vault's. */
export function makeAdminApp(emulator: KeyVaultEmulator): Hono<{ Bindings: HttpBindings }> {
  const app = new Hono<{ Bindings: HttpBindings }>();
  app.onError((error, context) => context.json({ error: error.message }, 400));
  app.get("/", (context) =>
    context.json({
      vaults: emulator.vaults.map(({ name: vault, url, resourceId }) => ({ name: vault, url, resourceId })),
    }),
  );
  app.get("/vaults/:vault/requests", (context) => {
    const vault = emulator.vault(context.req.param("vault"));
    return context.json({ maxConcurrency: vault.maxConcurrency(), requests: vault.requests() });
  });
  app.get("/vaults/:vault/keys", (context) => {
    const vault = emulator.vault(context.req.param("vault"));
    return context.json({ keys: vault.keyNames().map((key) => ({ name: key, versions: vault.versionsOf(key) })) });
  });
  app.post("/vaults/:vault/:command", async (context) => {
    const run = commands[context.req.param("command")];
    if (run === undefined) return context.json({ error: "no such command" }, 404);
    const text = await context.req.text();
    const result = await run(emulator.vault(context.req.param("vault")), text === "" ? {} : JSON.parse(text));
    return context.json({ result: result ?? null });
  });
  return app;
}
