import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { backupPath, entryPath, manifestPath } from "../../src/catalog/paths.ts";
import { tiers } from "../../src/catalog/tiers.ts";
import type { SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { startEnvironment, type Environment } from "./environment.ts";
import type { GateRequest } from "./gate.ts";
import { logged, manifestOf, requestRun, waitForRun } from "./runs.ts";
import { backupCalls, createdOnce, expectSound } from "./soundness.ts";

const names = ["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu"];
/** At the rate of these settings. */
const mostInFlight = 4;

const puts =
  (container: string, ending: RegExp) =>
  ({ method, path }: GateRequest): boolean =>
    method === "PUT" && path.startsWith(`/europestore/${container}/`) && ending.test(path);

const places = [
  { vault: "killed-first", where: "between a blob and its entry", match: puts("daily", /keys\/[^/]+\.json$/), nth: 3 },
  { vault: "killed-tier", where: "between two tiers of a key", match: puts("monthly", /\.backup$/), nth: 5 },
  { vault: "killed-key", where: "between two keys", match: puts("yearly", /\.backup$/), nth: 7 },
  { vault: "killed-manifest", where: "between two manifests", match: puts("monthly", /\/manifests\//), nth: 1 },
  { vault: "killed-last", where: "before the last manifest", match: puts("daily", /\/manifests\//), nth: 1 },
];

let environment: Environment;
let host: SpawnedFunctionsHost;

beforeAll(async () => {
  const keys = names.map((name) => ({ name, type: "EC" as const }));
  environment = await startEnvironment({
    vaults: places.map(({ vault }) => ({ name: vault, region: "westeurope", keys })),
    settings: { FUNCTIONS_HOST_QUEUE_LEASE: "3", KEY_BACKUP_LIMIT_SHARE: "0.05" },
  });
  host = await environment.startHost();
});
afterEach(() => environment.blobs.releaseAll());
afterAll(() => environment.close());

describe("a worker that is killed", () => {
  it.each(places.map((place) => [place.where, place] as const))(
    "%s leaves a run that the next delivery completes",
    async (_where, { vault, match, nth }) => {
      const held = environment.blobs.hold(match, nth);
      const runId = await requestRun(host, vault);
      const [heldPath = ""] = await held.caught();
      expect(await host.kill("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
      const killed = host;
      held.release();
      const calledBefore = backupCalls(environment, vault);

      host = await environment.startHost();
      expect(await waitForRun(host, runId)).toMatchObject({ state: "succeeded" });
      expect(logged(killed, completed(runId))).toEqual([]);
      expect(logged(host, completed(runId))).toHaveLength(1);

      expect(createdOnce(environment, runId)).toEqual(pathsOf(vault, runId));
      for (const tier of tiers) {
        const { keys, totals } = await manifestOf(environment, { vault, runId, tier });
        expect(keys.map(({ name }) => name)).toEqual(names.toSorted());
        expect(totals).toMatchObject({ status: "succeeded", counts: { backedUp: names.length } });
      }
      await expectSound(environment, vault);
      const calls = backupCalls(environment, vault);
      const allowed = callsAllowed(heldPath, calledBefore);
      for (const name of names) expect(allowed(name)).toContain(calls.get(name));
      expect(names.filter((name) => calls.get(name) === 2).length).toBeLessThanOrEqual(mostInFlight);
    },
  );
});

const completed = (runId: string): string => `VaultBackupCompleted {"runId":"${runId}"`;

/** All that one whole run leaves: nothing is missing, nothing is there twice. */
function pathsOf(vault: string, runId: string): readonly string[] {
  const perTier = [
    manifestPath(vault, runId),
    ...names.flatMap((name) => [backupPath(vault, runId, name), entryPath(vault, runId, name)]),
  ];
  const plan = `daily/plans/${runId}.json`;
  return [plan, ...tiers.flatMap((tier) => perTier.map((path) => `${tier}/${path}`))].toSorted();
}

/**
 * Keys of which no tier had the bytes yet are asked for again: at most those in flight. One that was cut off between its
 * blobs is gone on with from what is stored, and after the last key none is asked for at all.
 */
function callsAllowed(
  heldPath: string,
  calledBefore: ReadonlyMap<string, number>,
): (name: string) => readonly number[] {
  const heldKey = /keys\/([^/.]+)\./.exec(heldPath)?.[1];
  return (name) => {
    const before = calledBefore.get(name) ?? 0;
    if (heldKey === undefined) return [before];
    return heldKey === name && !heldPath.includes("/yearly/") ? [1] : [1, 2];
  };
}
