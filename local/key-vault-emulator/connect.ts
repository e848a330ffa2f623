import * as z from "zod";
import type { EmulatedVault } from "./emulated-vault.ts";
import type { LoggedRequest } from "./request-log.ts";

type Controls = Omit<EmulatedVault, "name" | "url" | "resourceId">;

/** The controls of an emulated vault in another process: the same, but each answers later. */
export type RemoteVault = Pick<EmulatedVault, "name" | "url" | "resourceId"> & {
  readonly [Member in keyof Controls]: (
    ...values: Parameters<Controls[Member]>
  ) => Promise<Awaited<ReturnType<Controls[Member]>>>;
};

export interface RemoteKeyVaultEmulator {
  readonly adminUrl: string;
  readonly vaults: readonly RemoteVault[];
  /** @throws when there is none of that name. */
  vault(name: string): RemoteVault;
}

const listSchema = z.object({
  vaults: z.array(z.object({ name: z.string(), url: z.string(), resourceId: z.string() })),
});
const keysSchema = z.object({ keys: z.array(z.object({ name: z.string(), versions: z.array(z.string()) })) });
const requestsSchema = z.object({ maxConcurrency: z.number(), requests: z.array(z.custom<LoggedRequest>()) });
const rotatedSchema = z.object({ result: z.string() });

export async function connectKeyVaultEmulator(adminUrl: string): Promise<RemoteKeyVaultEmulator> {
  const { vaults } = listSchema.parse(await ask(adminUrl, "/"));
  const remotes = vaults.map((vault) => remoteVault(adminUrl, vault));
  return {
    adminUrl,
    vaults: remotes,
    vault(name) {
      const found = remotes.find((vault) => vault.name.toLowerCase() === name.toLowerCase());
      if (found === undefined) throw new Error(`the emulator has no vault ${name}`);
      return found;
    },
  };
}

function remoteVault(adminUrl: string, facts: Pick<EmulatedVault, "name" | "url" | "resourceId">): RemoteVault {
  const path = `/vaults/${facts.name}`;
  const send = (command: string, body: object = {}): Promise<unknown> => ask(adminUrl, `${path}/${command}`, body);
  const tell = async (command: string, body?: object): Promise<void> => void (await send(command, body));
  const keys = async () => keysSchema.parse(await ask(adminUrl, `${path}/keys`)).keys;
  const log = async () => requestsSchema.parse(await ask(adminUrl, `${path}/requests`));
  return {
    ...facts,
    seed: (seeds) => tell("seed", { keys: seeds }),
    rotate: async (name) => rotatedSchema.parse(await send("rotate", { name })).result,
    delete: (name) => tell("delete", { name }),
    purge: (name) => tell("purge", { name }),
    recover: (name) => tell("recover", { name }),
    update: (name, changes) => tell("update", { name, changes }),
    keyNames: async () => (await keys()).map(({ name }) => name),
    versionsOf: async (name) =>
      (await keys()).find((key) => key.name.toLowerCase() === name.toLowerCase())?.versions ?? [],
    addFaults: (rules) => tell("faults", { rules }),
    clearFaults: () => tell("clear-faults"),
    setThrottle: (throttle) => tell("throttle", { throttle: throttle ?? null }),
    setLatency: (latency) => tell("latency", { latency: latency ?? null }),
    setRegion: (region) => tell("region", { region }),
    setPermissions: (permissions) => tell("permissions", { permissions }),
    requests: async () => (await log()).requests,
    resetRequests: () => tell("reset-requests"),
    maxConcurrency: async () => (await log()).maxConcurrency,
    plantMarker: (marker) => tell("marker", { marker }),
  };
}

async function ask(adminUrl: string, path: string, body?: object): Promise<unknown> {
  const post = body && { method: "POST", body: JSON.stringify(body) };
  const response = await fetch(new URL(path, adminUrl), { ...post, signal: AbortSignal.timeout(60_000) });
  if (!response.ok) throw new Error(`emulator ${path}: ${response.status} ${await response.text()}`);
  return response.json();
}
