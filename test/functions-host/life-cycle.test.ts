import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { startAzurite, type Azurite } from "../../local/azurite/azurite.ts";
import { spawnAzurite } from "../../local/azurite/spawn.ts";
import { listFunctions, spawnFunctionsHost, type SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { buildFixture, type Fixture } from "./build-fixture.ts";
import { recorded, waitForEvents, waitForLog } from "./recorded.ts";

let azurite: Azurite;
let fixture: Fixture;
const hosts: SpawnedFunctionsHost[] = [];

beforeEach(async () => {
  azurite = await startAzurite();
}, 30_000);
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
  await azurite.close();
  await fixture.remove();
}, 60_000);

async function start(entry: string, env: Record<string, string> = {}): Promise<SpawnedFunctionsHost> {
  fixture = await buildFixture(entry);
  return startAnother(env);
}

async function startAnother(env: Record<string, string> = {}): Promise<SpawnedFunctionsHost> {
  const host = await spawnFunctionsHost({
    appDirectory: fixture.appDirectory,
    env: {
      AzureWebJobsStorage: azurite.connectionString(),
      WORK_QUEUE: "work",
      FAST_SCHEDULE: "* * * * * *",
      AzureFunctionsJobHost__extensions__queues__maxPollingInterval: "00:00:00.200",
      ...env,
    },
  });
  hosts.push(host);
  return host;
}

function enqueue(host: SpawnedFunctionsHost, work: unknown): Promise<Response> {
  return host.fetch("/api/enqueue", { method: "POST", body: JSON.stringify({ work }) });
}

describe("an instance", () => {
  it("that is killed leaves its message to another, after the lease", async () => {
    const lease = { FUNCTIONS_HOST_QUEUE_LEASE: "2" };
    const first = await start("index", lease);
    await enqueue(first, { id: "a", takes: 1_500 });
    const [started] = await waitForEvents(first, "started", 1);
    expect(started?.metadata).toMatchObject({ dequeueCount: 1 });
    const killedAt = Date.now();
    expect(await first.kill("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });

    const second = await startAnother(lease);
    const [finished] = await waitForEvents(second, "finished", 1);
    expect(finished?.metadata).toMatchObject({ dequeueCount: 2 });
    expect(Date.now() - killedAt).toBeGreaterThanOrEqual(1_500);
    expect(recorded(first, "finished")).toEqual([]);
  }, 60_000);

  it("finishes what runs when it is stopped, and takes nothing new", async () => {
    const host = await start("index");
    await enqueue(host, { id: "a", takes: 1_000 });
    await waitForEvents(host, "started", 1);
    const answer = host.fetch("/api/pause?ms=800");
    await waitForLog(host, "pausing");
    const stopped = host.stop();
    await waitForLog(host, "Stopping");
    await expect(host.fetch("/api/greetings")).rejects.toThrow("fetch failed");
    expect(await (await answer).text()).toBe("done");
    expect(await stopped).toEqual({ code: 0, signal: null });
    expect(recorded(host, "finished")).toHaveLength(1);
  }, 30_000);

  it("ends when one function runs over the time limit", async () => {
    const host = await start("index", { AzureFunctionsJobHost__functionTimeout: "00:00:01" });
    await expect(host.fetch("/api/never")).rejects.toThrow("fetch failed");
    expect(await host.exited).toEqual({ code: 1, signal: null });
    expect(host.logs().at(-1)).toMatchObject({
      level: "critical",
      message: expect.stringMatching(/^Function never .* ran over its time limit of 1 s/),
    });
  }, 30_000);

  it("ends when the app crashes", async () => {
    const host = await start("index");
    await expect(host.fetch("/api/crash")).rejects.toThrow("fetch failed");
    expect(await host.exited).toEqual({ code: 1, signal: null });
    expect(host.logs().at(-1)).toMatchObject({ level: "critical", message: expect.stringContaining("planned crash") });
  }, 30_000);

  it("goes on after the storage went away and came back", async () => {
    const directory = await mkdtemp(join(tmpdir(), "azurite-"));
    const storage = await spawnAzurite({ directory });
    try {
      const host = await start("index", { AzureWebJobsStorage: storage.connectionString() });
      await enqueue(host, { id: "before" });
      await waitForEvents(host, "finished", 1);
      await storage.stop();
      await waitForLog(host, "can't be read");
      await storage.restart();
      expect((await enqueue(host, { id: "after" })).status).toBe(202);
      expect((await waitForEvents(host, "finished", 2)).map(({ message }) => message)).toEqual([
        { id: "before" },
        { id: "after" },
      ]);
      await host.stop();
    } finally {
      await storage.stop();
      await rm(directory, { recursive: true, force: true });
    }
  }, 60_000);

  it("runs the app's hooks", async () => {
    const host = await start("hooked");
    expect(await (await host.fetch("/api/hooked")).json()).toEqual({
      events: ["appStart", "preInvocation"],
      hookData: "pre",
    });
    expect(await waitForLog(host, "the ********")).toMatchObject({ level: "warning", function: "hooked" });
    await host.stop();
    expect(host.logs().at(-1)).toMatchObject({ message: "appTerminate was here" });
  }, 30_000);
});

describe("an app", () => {
  it("that throws before its first registration is an error, not an app without functions", async () => {
    const starting = start("broken");
    await expect(starting).rejects.toThrow("planned failure while loading");
    await expect(starting).rejects.toThrow("threw before its first registration");
    await expect(listFunctions(fixture.appDirectory)).rejects.toThrow("planned failure while loading");
  }, 30_000);

  it("that registers a function after it was loaded crashes", async () => {
    const host = await start("late");
    expect(await host.exited).toMatchObject({ code: 1 });
    expect(host.logs().at(-1)?.message).toContain("Function late is registered after the app was loaded");
  }, 30_000);

  it("with a binding that this host has not is refused", async () => {
    await expect(start("unsupported")).rejects.toThrow("Function onBlob has an input of type blobTrigger");
  }, 30_000);

  it("whose setting is missing is refused", async () => {
    await expect(start("index", { AzureWebJobsStorage: "" })).rejects.toThrow("No setting AzureWebJobsStorage");
  }, 30_000);

  it("says what it registers without being started", async () => {
    fixture = await buildFixture("late");
    expect(await listFunctions(fixture.appDirectory)).toEqual([
      { name: "first", type: "httpTrigger", authLevel: "anonymous", methods: ["GET", "POST"] },
    ]);
  }, 30_000);
});
