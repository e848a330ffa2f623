import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import type { SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { startEnvironment, type Environment } from "./environment.ts";
import { manifestOf, requestRun, waitForRun } from "./runs.ts";

let environment: Environment;
let host: SpawnedFunctionsHost;

beforeAll(async () => {
  environment = await startEnvironment({
    vaults: [
      { name: "first", region: "westeurope", keys: [{ name: "one", type: "EC", count: 3 }] },
      { name: "second", region: "northeurope", keys: [{ name: "two", type: "EC", count: 2 }] },
    ],
  });
  host = await environment.startHost();
});
afterEach(() => environment.blobs.releaseAll());
afterAll(() => environment.close());

const startedSchema = z.looseObject({ runId: z.string() });
const runsSchema = z.object({ runs: z.array(z.looseObject({ runId: z.string() })), nextCursor: z.string().optional() });

const post = (body: string, headers?: Readonly<Record<string, string>>): Promise<Response> =>
  host.fetch("/api/backups", { method: "POST", body, ...(headers && { headers }) });

const get = async (path: string): Promise<Record<string, unknown>> => {
  const body: Record<string, unknown> = JSON.parse(await (await host.fetch(path)).text());
  return body;
};

describe("POST /backups", () => {
  it("starts a run, and is joined by whoever asks while it goes on", async () => {
    const held = environment.blobs.hold(({ method, path }) => method === "PUT" && path.endsWith(".backup"));
    const started = await post('{"vaults":["first"],"reason":"before the audit"}');
    expect(started.status).toBe(202);
    expect(started.headers.get("cache-control")).toBe("no-store");
    const answer = startedSchema.parse(await started.json());
    const { runId } = answer;
    const location = `/api/runs/${runId}`;
    expect(started.headers.get("location")).toBe(location);
    expect(answer).toEqual({ runId, location, joined: false, vaults: 1, refused: [] });
    await held.caught();

    const joined = await post('{"vaults":["FIRST"]}');
    expect(joined.status).toBe(202);
    expect(joined.headers.get("location")).toBe(location);
    expect(await joined.json()).toEqual({ runId, location, joined: true, vaults: 0, refused: [] });
    expect(await get(location)).toMatchObject({ state: "running", vaultStates: { waiting: 1 } });
    held.release();

    await waitForRun(host, runId);
    const { sha256 } = (await environment.container("daily").stat(`manifests/first/${runId}.jsonl`))!.facts;
    expect(await get(location)).toMatchObject({
      trigger: "http",
      reason: "before the audit",
      state: "succeeded",
      vaults: [{ vault: "first", geography: "Europe", keys: 3, failed: 0, manifest: { sha256 } }],
    });
    const { head } = await manifestOf(environment, { vault: "first", runId });
    expect(head.run).toMatchObject({ trigger: "http", reason: "before the audit" });
  });

  it("takes an empty body for every vault", async () => {
    const started = await post("");
    const { runId, ...rest } = startedSchema.parse(await started.json());
    expect(rest).toMatchObject({ joined: false, vaults: 2 });
    await waitForRun(host, runId);
  });

  it.each([
    ["no JSON", "{", "body: must be JSON"],
    ["no object", "[]", "body: Invalid input"],
    ["an unknown field", '{"vault":"first"}', "body: has a field that this call does not take"],
    ["no vault in the list", '{"vaults":[]}', "vaults: must name at least one vault"],
    ["an address", '{"vaults":["https://evil.example/"]}', "vaults[0]: must be the name or host of a configured vault"],
    ["a vault that is not configured", '{"vaults":["first","third"]}', 'vaults: "third" is not a configured vault'],
    ["a reason of two lines", '{"reason":"one\\ntwo"}', "reason: must be one line of plain text"],
    ["too much", `{"reason":"${"x".repeat(300 * 1024)}"}`, "body: must be at most 256 KB"],
  ])("refuses %s, and starts nothing", async (_case, body, sentence) => {
    const plans = async () => (await get("/api/runs?limit=100"))["runs"];
    const before = await plans();
    const sent = environment.queues.passed().filter(({ method }) => method === "POST").length;
    const response = await post(body);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(response.headers.get("location")).toBeNull();
    expect(await response.json()).toMatchObject({
      type: "urn:key-vault-backup:bad-request",
      status: 400,
      code: "bad-request",
      problems: [expect.stringContaining(sentence)],
    });
    expect(await plans()).toEqual(before);
    expect(environment.queues.passed().filter(({ method }) => method === "POST")).toHaveLength(sent);
  });
});

describe("reading", () => {
  it("pages through the runs, newest first", async () => {
    const runIds = [await requestRun(host, "second"), await requestRun(host, "first")];
    for (const runId of runIds) await waitForRun(host, runId);
    const all = runsSchema.parse(await get("/api/runs")).runs;
    expect(all.map(({ runId }) => runId)).toEqual(
      all
        .map(({ runId }) => runId)
        .toSorted()
        .toReversed(),
    );
    expect(all.length).toBeGreaterThanOrEqual(4);
    const paged: object[] = [];
    let cursor: string | undefined = "";
    for (let page = 0; cursor !== undefined && page < 10; page += 1) {
      const answer = runsSchema.parse(await get(`/api/runs?limit=1${cursor === "" ? "" : `&cursor=${cursor}`}`));
      expect(answer.runs).toHaveLength(1);
      paged.push(...answer.runs);
      cursor = answer.nextCursor;
    }
    expect(paged).toEqual(all);
  });

  it.each([
    ["/api/runs?limit=0", 400, "bad-request"],
    ["/api/runs?limit=many", 400, "bad-request"],
    ["/api/runs?cursor=%00", 400, "bad-request"],
    ["/api/runs/20200101t000000z-abcdef", 404, "run-not-found"],
    ["/api/runs/..%2F..%2Fplans", 404, "run-not-found"],
  ])("answers %s with %i %s", async (path, status, code) => {
    const response = await host.fetch(path);
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status, code, hint: expect.stringMatching(/\w/) });
  });

  it("is healthy when every vault has a good run, and says which has none", async () => {
    await waitForRun(host, await requestRun(host, "first", "second"));
    const healthy = await host.fetch("/api/health");
    expect(healthy.status).toBe(200);
    expect(await healthy.json()).toEqual({ state: "healthy", vaults: 2, notGood: [], refused: [] });
  });
});

describe("a caller without a key", () => {
  it.each([
    ["GET", "/api/health"],
    ["GET", "/api/runs"],
    ["GET", "/api/runs/20200101t000000z-abcdef"],
    ["POST", "/api/backups"],
    ["POST", "/api/restores/plan"],
  ])("gets 401 for %s %s", async (method, path) => {
    const response = await host.fetch(path, { method, headers: { "x-functions-key": "" } });
    expect(response.status).toBe(401);
    expect((await host.fetch(path, { method, headers: { "x-functions-key": "guess" } })).status).toBe(401);
  });
});

describe("with Entra", () => {
  let entra: SpawnedFunctionsHost;
  beforeAll(async () => {
    entra = await environment.startHost({ KEY_BACKUP_AUTH: "entra" });
  });
  afterAll(() => entra.stop());

  const principal = (...roles: readonly string[]): string =>
    Buffer.from(
      JSON.stringify({
        auth_typ: "aad",
        role_typ: "roles",
        claims: [
          { typ: "preferred_username", val: "operator@contoso.example" },
          ...roles.map((val) => ({ typ: "roles", val })),
        ],
      }),
    ).toString("base64");

  const call = (method: string, path: string, header?: string): Promise<Response> =>
    fetch(new URL(path, entra.url), {
      method,
      headers: header === undefined ? {} : { "x-ms-client-principal": header },
    });

  it.each([
    ["nobody", undefined, 401, "not-signed-in"],
    ["a header that is no principal", "bm90IEpTT04=", 401, "not-signed-in"],
    ["somebody without a role", principal(), 403, "role-missing"],
    ["somebody with another role", principal("Backups.Read", "Restores.Run"), 403, "role-missing"],
  ])("refuses a run to %s", async (_case, header, status, code) => {
    const response = await call("POST", "/api/backups", header);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });

  it.each(["/api/runs", "/api/health", "/api/runs/20200101t000000z-abcdef"])(
    "refuses %s without Backups.Read",
    async (path) => {
      expect((await call("GET", path)).status).toBe(401);
      expect((await call("GET", path, principal("Backups.Run"))).status).toBe(403);
      expect([200, 404]).toContain((await call("GET", path, principal("Backups.Read"))).status);
    },
  );

  it("notes in the plan who asked for the run", async () => {
    const response = await call("POST", "/api/backups", principal("Backups.Run"));
    expect(response.status).toBe(202);
    const { runId } = startedSchema.parse(await response.json());
    await waitForRun(host, runId);
    const plan = await environment.container("daily").read(`plans/${runId}.json`);
    expect(JSON.parse(Buffer.from(plan!).toString("utf8"))).toMatchObject({ requestedBy: "operator@contoso.example" });
  });
});
