import { expect, vi } from "vitest";
import * as z from "zod";
import { createBlobStore } from "../../../src/azure/blob-store.ts";
import { systemClock } from "../../../src/azure/clock.ts";
import { readManifest, type Manifest } from "../../../src/catalog/manifest.ts";
import { manifestPath } from "../../../src/catalog/paths.ts";
import type { RunningApp } from "./app.ts";
import { call, type Answer, type CallOptions } from "./call.ts";
import type { Cloud } from "./cloud.ts";

/** Sends to an app by its public name, signed in with the app roles where sign-in is on, with the function key elsewhere. */
export async function ask(
  cloud: Cloud,
  { app, host }: RunningApp,
  path: string,
  options: CallOptions & { readonly roles?: readonly string[] } = {},
): Promise<Answer> {
  const { roles = ["Backups.Read"], ...rest } = options;
  const audience = app.signIn?.[0];
  const key = { "x-functions-key": host.key };
  const token = audience && {
    authorization: `Bearer ${await cloud.issuer.issue(audience, { oid: "operator", roles })}`,
  };
  return call(cloud, `https://${app.host}${path}`, { ...rest, headers: { ...(token || key), ...rest.headers } });
}

const runsSchema = z.object({ runs: z.array(z.object({ runId: z.string(), trigger: z.string() })) });
const runSchema = z.object({
  runId: z.string(),
  state: z.string(),
  vaults: z.array(z.looseObject({ vault: z.string(), state: z.string() })),
});
export type Run = z.infer<typeof runSchema>;

/** Fires the timer, and waits, at most a minute, for the run that it starts. */
export async function runNight(cloud: Cloud, running: RunningApp): Promise<Run> {
  expect(await running.host.fireTimer("nightlyBackup")).toEqual({ outcome: "succeeded" });
  return lastRun(cloud, running);
}

/** Waits, at most a minute, for the newest run. */
export async function lastRun(cloud: Cloud, running: RunningApp): Promise<Run> {
  const { runs } = runsSchema.parse(JSON.parse((await ask(cloud, running, "/api/runs")).text));
  return waitForRun(cloud, running, runs[0]?.runId ?? "");
}

export async function waitForRun(cloud: Cloud, running: RunningApp, runId: string): Promise<Run> {
  return vi.waitFor(
    async () => {
      const run = runSchema.parse(JSON.parse((await ask(cloud, running, `/api/runs/${runId}`)).text));
      if (["waiting", "running"].includes(run.state)) {
        const lines = running.host
          .logs()
          .slice(-15)
          .map(({ message }) => message);
        throw new Error([JSON.stringify(run), ...lines].join("\n"));
      }
      return run;
    },
    { timeout: 60_000, interval: 500 },
  );
}

/** The manifest of the `daily` tier, wherever it is. @throws when there is none. */
export async function manifestOf({ deployed, azurite }: Cloud, vault: string, runId: string): Promise<Manifest> {
  const path = manifestPath(vault, runId);
  for (const [account, containers] of deployed.containers) {
    if (!containers.includes("daily")) continue;
    const containerUrl = `${azurite.accountUrl(account)}/daily`;
    const bytes = await createBlobStore({ containerUrl, sas: azurite.createOnlySas(account), clock: systemClock }).read(
      path,
    );
    if (bytes) return readManifest(bytes, path);
  }
  throw new Error(`no store has ${path}`);
}
