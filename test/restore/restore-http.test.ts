import { setTimeout as sleep } from "node:timers/promises";
import * as z from "zod";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { europe, startEnvironment, type Environment } from "../e2e/environment.ts";
import { startNight, waitForRun } from "../e2e/runs.ts";

const restoreApp = { KEY_BACKUP_ROLE: "restore", KEY_BACKUP_AUTH: "entra", KEY_BACKUP_SCHEDULE: "" };

let environment: Environment;
let host: SpawnedFunctionsHost;

beforeAll(async () => {
  environment = await startEnvironment({
    vaults: [
      {
        name: "payments",
        region: "westeurope",
        keys: [
          { name: "Signing", versions: 2 },
          { name: "curve", type: "EC" },
        ],
      },
      { name: "spare", region: "northeurope" },
      { name: "american", region: "eastus" },
      { name: "bulk", region: "westeurope", keys: [{ name: "k", type: "EC", count: 20 }] },
    ],
  });
  const backup = await environment.startHost();
  await waitForRun(backup, await startNight(backup));
  await backup.kill("SIGTERM");
  host = await environment.startHost(restoreApp);
}, 120_000);
afterAll(() => environment.close());

const principal = (...roles: readonly string[]): string => {
  const claims = [{ typ: "name", val: "the operator" }, ...roles.map((val) => ({ typ: "roles", val }))];
  return Buffer.from(JSON.stringify({ claims })).toString("base64");
};
const answerSchema = z.record(z.string(), z.unknown());
const everyRole = principal("Restores.Plan", "Restores.Run");

async function post(path: string, body: object, signedIn: string | undefined = everyRole) {
  const headers = signedIn === undefined ? undefined : { "x-ms-client-principal": signedIn };
  const response = await host.fetch(path, { method: "POST", body: JSON.stringify(body), ...(headers && { headers }) });
  return { status: response.status, body: answerSchema.parse(await response.json()) };
}

const payments = { source: { vault: "payments" }, target: { vault: "payments" } };
const emulated = (name: string) => environment.emulator.vault(name);

describe("the restore app", () => {
  it("answers a plan with the guard's reasons, and changes nothing", async () => {
    emulated("american").resetRequests();
    const american = await post("/api/restores/plan", { ...payments, target: { vault: "american" }, keys: "all" });
    expect(american).toMatchObject({
      status: 200,
      body: {
        status: "refused",
        keys: [
          { name: "curve", decision: "refused", refusals: [{ code: "geography-differs", kind: "policy" }] },
          { name: "Signing", decision: "refused", point: { versions: 2, tier: "daily" } },
        ],
      },
    });
    const spare = await post("/api/restores/plan", { ...payments, target: { vault: "spare" }, keys: ["curve"] });
    expect(spare).toMatchObject({ status: 200, body: { status: "allowed", keys: [{ decision: "restore" }] } });
    expect(emulated("spare").keyNames()).toEqual([]);
    expect(emulated("american").requests()).toEqual([]);
  });

  it("restores what was lost, proves it, and keeps a record of who asked", async () => {
    emulated("payments").purge("Signing");
    const { status, body } = await post("/api/restores", { ...payments, keys: ["signing"], confirm: "payments" });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { status: "succeeded", counts: { restored: 1 }, keys: [{ name: "Signing", proof: { proven: true } }] },
    });
    expect(emulated("payments").keyNames()).toEqual(["curve", "Signing"]);
    const restoreId = body["restoreId"];
    const record = await environment.container("restores", europe.account).read(`${String(restoreId)}/result.json`);
    expect(JSON.parse(Buffer.from(record ?? []).toString())).toMatchObject({ requestedBy: "the operator", restoreId });
  });

  it("goes on after it was killed in the middle of a whole vault", async () => {
    const bulk = emulated("bulk");
    bulk.keyNames().forEach((name) => bulk.purge(name));
    bulk.setLatency({ baseInMs: 40 });
    const all = { source: { vault: "bulk" }, target: { vault: "bulk" }, keys: "all", confirm: "bulk" };
    const cutOff = post("/api/restores", all).catch(() => "no answer");
    await vi.waitFor(() => expect(bulk.keyNames().length).toBeGreaterThan(3), { timeout: 20_000, interval: 5 });
    await host.kill("SIGKILL");
    expect(await cutOff).toBe("no answer");
    await sleep(300); // What the vault had received, it does.
    const before = bulk.keyNames().length;
    expect(before).toBeLessThan(20);
    host = await environment.startHost(restoreApp);
    const { body } = await post("/api/restores", all);
    expect(body).toMatchObject({
      status: "succeeded",
      counts: { keys: 20, alreadyThere: before, restored: 20 - before, failed: 0 },
    });
    expect(bulk.keyNames()).toHaveLength(20);
  });

  it("answers 422 when every key is refused", async () => {
    const refused = { ...payments, target: { vault: "american" }, keys: ["curve"], confirm: "american" };
    expect(await post("/api/restores", refused)).toMatchObject({ status: 422, body: { status: "refused" } });
  });

  it.each([
    ["nobody", undefined, 401, "not-signed-in"],
    ["somebody without the role", principal("Restores.Plan", "Backups.Run"), 403, "role-missing"],
  ])("lets %s not restore", async (_case, signedIn, status, code) => {
    const response = await host.fetch("/api/restores", {
      method: "POST",
      body: JSON.stringify({ ...payments, keys: "all", confirm: "payments" }),
      ...(signedIn && { headers: { "x-ms-client-principal": signedIn } }),
    });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
  });

  it.each([
    ["without a confirmation", { keys: "all" }, 400, "bad-request"],
    ["with another name as its confirmation", { keys: "all", confirm: "spare" }, 422, "confirmation-differs"],
    [
      "of 51 keys",
      { keys: Array.from({ length: 51 }, (_, nth) => `k${nth}`), confirm: "payments" },
      400,
      "bad-request",
    ],
    [
      "that attempts a policy",
      { keys: "all", confirm: "payments", attempt: ["geography-differs"] },
      400,
      "bad-request",
    ],
    ["with a field that nobody knows", { keys: "all", confirm: "payments", force: true }, 400, "bad-request"],
    [
      "from a vault that no store knows",
      { source: { vault: "x" }, keys: "all", confirm: "payments" },
      404,
      "source-not-found",
    ],
  ])("refuses a request %s", async (_case, fields, status, code) => {
    expect(await post("/api/restores", { ...payments, ...fields })).toMatchObject({ status, body: { code } });
  });
});
