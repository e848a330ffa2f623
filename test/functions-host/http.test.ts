import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startAzurite, type Azurite } from "../../local/azurite/azurite.ts";
import { spawnFunctionsHost, type SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { buildFixture, type Fixture } from "./build-fixture.ts";
import { waitForLog } from "./recorded.ts";

let azurite: Azurite;
let fixture: Fixture;
let host: SpawnedFunctionsHost;

beforeAll(async () => {
  azurite = await startAzurite();
  fixture = await buildFixture();
  host = await spawnFunctionsHost({
    appDirectory: fixture.appDirectory,
    env: {
      AzureWebJobsStorage: azurite.connectionString(),
      WORK_QUEUE: "work",
      FAST_SCHEDULE: "* * * * * *",
      FUNCTIONS_HOST_KEY: "the-key",
    },
  });
}, 60_000);
afterAll(async () => {
  await host.stop();
  await azurite.close();
  await fixture.remove();
});

const withoutKey = { headers: { "x-functions-key": "" } };

describe("a function's request", () => {
  it("carries route parameters, query, headers and address", async () => {
    const response = await host.fetch("/api/greetings/Zo%C3%AB?a=1&a=2&b=x%20y", { headers: { "X-Agent": "test" } });
    expect(response.status).toBe(200);
    expect(await response.json()).toEqual({
      params: { name: "Zoë" },
      query: { a: "1,2", b: "x y" },
      agent: "test",
      url: `${host.url}/api/greetings/Zo%C3%AB?a=1&a=2&b=x%20y`,
    });
  });

  it.each([
    ["/api/items/7/parts/bolt", { by: "part", id: "7", part: "bolt" }],
    ["/api/items/seven/parts/bolt", { by: "anyPart", id: "seven", part: "bolt" }],
    ["/API/Items/Special/Parts/bolt", { by: "specialPart", part: "bolt" }],
    ["/api/greetings", { params: {} }],
  ])("finds its function at %s", async (path, expected) => {
    expect(await (await host.fetch(path)).json()).toMatchObject(expected);
  });

  it("passes bytes through unchanged, with status, headers and cookies", async () => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, index) => index % 256);
    const headers = { "content-type": "application/octet-stream" };
    const response = await host.fetch("/api/echo", { method: "POST", body: bytes, headers });
    expect(response.status).toBe(201);
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.getSetCookie()).toEqual(["seen=yes; Path=/; SameSite=Strict; HttpOnly"]);
    expect(new Uint8Array(await response.arrayBuffer())).toEqual(bytes);
  });

  it("is answered 204 when the handler returns nothing", async () => {
    expect((await host.fetch("/api/nothing")).status).toBe(204);
  });

  it("is answered 500 and nothing more when the handler throws; the log tells why", async () => {
    const response = await host.fetch("/api/fail");
    expect(response.status).toBe(500);
    expect(await response.text()).toBe("");
    expect(await waitForLog(host, "Error: planned failure")).toMatchObject({
      level: "error",
      function: "fail",
      invocationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  it.each([
    ["an unknown path", "/api/unknown", {}],
    ["a path without the prefix", "/greetings", {}],
    ["another method, as the real host does", "/api/greetings", { method: "DELETE" }],
  ])("is answered 404 for %s", async (_case, path, init) => {
    const response = await host.fetch(path, init);
    expect(response.status).toBe(404);
    expect(await response.text()).toBe("");
  });

  it("is answered 400 for a malformed escape sequence", async () => {
    expect((await host.fetch("/api/greetings/%C3")).status).toBe(400);
  });
});

describe("function keys", () => {
  it.each(["/api/guarded", "/api/administration"])("guard %s", async (path) => {
    expect((await host.fetch(path, withoutKey)).status).toBe(401);
    expect((await host.fetch(path, { headers: { "x-functions-key": "wrong" } })).status).toBe(401);
    expect((await host.fetch(`${path}?code=wrong`, withoutKey)).status).toBe(401);
    expect(await (await host.fetch(path, { headers: { "x-functions-key": "the-key" } })).text()).toBe("open");
    expect(await (await host.fetch(`${path}?code=the-key`, withoutKey)).text()).toBe("open");
  });

  it("don't guard an anonymous function", async () => {
    expect((await host.fetch("/api/greetings", withoutKey)).status).toBe(200);
  });

  it("are not told apart from an unknown path", async () => {
    expect((await host.fetch("/api/unknown", withoutKey)).status).toBe(404);
  });

  it("guard the admin API", async () => {
    const init = { method: "POST", ...withoutKey };
    expect((await host.fetch("/admin/functions/nightly", init)).status).toBe(401);
    expect((await host.fetch("/admin/functions/unknown", init)).status).toBe(401);
  });
});

it("prints what is registered, as it was registered", () => {
  expect(host.functions).toContainEqual({
    name: "part",
    type: "httpTrigger",
    authLevel: "anonymous",
    route: "items/{id:int}/parts/{part}",
    methods: ["GET"],
  });
  expect(host.functions).toContainEqual({ name: "nightly", type: "timerTrigger", schedule: "0 0 2 * * *" });
  expect(host.functions).toContainEqual({
    name: "work",
    type: "queueTrigger",
    queueName: "%WORK_QUEUE%",
    connection: "AzureWebJobsStorage",
  });
  expect(host.key).toBe("the-key");
});
