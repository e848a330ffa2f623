import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { startAzurite, type Azurite } from "../../local/azurite/azurite.ts";
import { spawnFunctionsHost, type SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { buildFixture, type Fixture } from "./build-fixture.ts";
import { recorded, waitForEvents, waitForLog } from "./recorded.ts";

let azurite: Azurite;
let fixture: Fixture;
const hosts: SpawnedFunctionsHost[] = [];

beforeAll(async () => {
  azurite = await startAzurite();
  fixture = await buildFixture("index", {
    extensions: { queues: { batchSize: 2, newBatchThreshold: 1, maxPollingInterval: "00:00:00.200" } },
  });
}, 60_000);
afterEach(async () => {
  await Promise.all(hosts.splice(0).map((host) => host.stop()));
  await Promise.all(["work", "work-poison", "notes"].map((name) => queueOf(name).clearMessages()));
}, 30_000);
afterAll(async () => {
  await azurite.close();
  await fixture.remove();
});

function queueOf(name: string): ReturnType<QueueServiceClient["getQueueClient"]> {
  return QueueServiceClient.fromConnectionString(azurite.connectionString()).getQueueClient(name);
}

async function start(env: Record<string, string> = {}): Promise<SpawnedFunctionsHost> {
  const host = await spawnFunctionsHost({
    appDirectory: fixture.appDirectory,
    env: {
      AzureWebJobsStorage: azurite.connectionString(),
      WORK_QUEUE: "work",
      FAST_SCHEDULE: "* * * * * *",
      ...env,
    },
  });
  hosts.push(host);
  return host;
}

function enqueue(host: SpawnedFunctionsHost, body: { work?: unknown; notes?: unknown }): Promise<Response> {
  return host.fetch("/api/enqueue", { method: "POST", body: JSON.stringify(body) });
}

async function depth(name: string): Promise<number | undefined> {
  return (await queueOf(name).getProperties()).approximateMessagesCount;
}

describe("output bindings", () => {
  it("make a message of each element of an array, and one of an object, a text or nothing", async () => {
    const host = await start();
    expect((await enqueue(host, { work: [{ id: "a" }, { id: "b" }, { id: "c" }], notes: { one: 1 } })).status).toBe(
      202,
    );
    expect((await enqueue(host, { notes: "text" })).status).toBe(202);
    const finished = await waitForEvents(host, "finished", 3);
    const notes = await waitForEvents(host, "note", 2);
    expect(finished.map(({ message }) => message)).toEqual(
      expect.arrayContaining([{ id: "a" }, { id: "b" }, { id: "c" }]),
    );
    expect(notes.map(({ message }) => message)).toEqual(expect.arrayContaining([{ one: 1 }, "text"]));
    expect([finished.length, notes.length]).toEqual([3, 2]);
  });

  it("send what a function returns", async () => {
    const host = await start();
    await queueOf("relays").sendMessage(Buffer.from("on its way").toString("base64"));
    expect((await waitForEvents(host, "note", 1))[0]?.message).toEqual({ relayed: "on its way" });
  });

  it("are base64 on the wire", async () => {
    const host = await start({ WORK_QUEUE: "elsewhere" });
    await enqueue(host, { work: [{ id: "a" }] });
    const { peekedMessageItems: messages } = await queueOf("work").peekMessages();
    expect(messages.map(({ messageText }) => Buffer.from(messageText, "base64").toString())).toEqual([`{"id":"a"}`]);
  });
});

describe("a message", () => {
  it("comes with its metadata, and its own properties among them", async () => {
    const host = await start();
    await enqueue(host, { work: { id: "mine" } });
    const [started] = await waitForEvents(host, "started", 1);
    expect(started?.metadata).toMatchObject({
      // The library gives the message's own id, not the queue's.
      id: "mine",
      dequeueCount: 1,
      queueTrigger: { id: "mine" },
      popReceipt: expect.any(String),
      insertionTime: expect.stringMatching(/^\d{4}-/),
      expirationTime: expect.stringMatching(/^\d{4}-/),
      nextVisibleTime: expect.stringMatching(/^\d{4}-/),
    });
  });

  it("is deleted when it succeeded", async () => {
    const host = await start();
    await enqueue(host, { work: { id: "a" } });
    await waitForLog(host, "Executed work: succeeded");
    await expect.poll(() => depth("work")).toBe(0);
  });

  it("comes again after the visibility timeout, until it succeeds", async () => {
    const host = await start({ AzureFunctionsJobHost__extensions__queues__visibilityTimeout: "00:00:01" });
    await enqueue(host, { work: { id: "a", failures: 2 } });
    const [finished] = await waitForEvents(host, "finished", 1);
    expect(finished?.metadata).toMatchObject({ dequeueCount: 3 });
    const starts = host.logs().filter(({ message }) => message === "Executing work");
    const gaps = starts.slice(1).map(({ time }, index) => Date.parse(time) - Date.parse(starts[index]?.time ?? ""));
    expect(gaps.every((gap) => gap >= 900)).toBe(true);
    expect(recorded(host, "abandoned")).toEqual([]);
  }, 30_000);

  it("goes to the poison queue after its last delivery, and to the function that listens there", async () => {
    const host = await start();
    await enqueue(host, { work: { id: "a", failures: 9 } });
    const [abandoned] = await waitForEvents(host, "abandoned", 1);
    expect(abandoned?.message).toEqual({ id: "a", failures: 9 });
    expect(recorded(host, "started").map(({ metadata }) => metadata["dequeueCount"])).toEqual([1, 2, 3, 4, 5]);
    await expect.poll(() => Promise.all([depth("work"), depth("work-poison")])).toEqual([0, 0]);
  }, 30_000);

  it("is dropped with an error after its last delivery from a poison queue, each one lease apart", async () => {
    const host = await start({
      POISON_FAILS: "yes",
      AzureFunctionsJobHost__extensions__queues__maxDequeueCount: "2",
      FUNCTIONS_HOST_QUEUE_LEASE: "1",
    });
    await queueOf("work-poison").sendMessage(Buffer.from(`{"id":"a"}`).toString("base64"));
    expect(await waitForLog(host, "is dropped")).toMatchObject({ level: "error", function: "abandonedWork" });
    const calls = host.logs().filter(({ message }) => message === "Executing abandonedWork");
    expect(calls).toHaveLength(2);
    expect(Date.parse(calls[1]?.time ?? "") - Date.parse(calls[0]?.time ?? "")).toBeGreaterThanOrEqual(900);
    await expect.poll(() => depth("work-poison")).toBe(0);
    expect(await queueOf("work-poison-poison").exists()).toBe(false);
  }, 30_000);

  it("that is not base64 goes to the poison queue without a call", async () => {
    const host = await start({ WORK_QUEUE: "raw" });
    await queueOf("raw").sendMessage("no base64!");
    await waitForLog(host, "goes to raw-poison");
    expect(recorded(host, "started")).toEqual([]);
  });

  it("may be plain text when host.json says so", async () => {
    const host = await start({ AzureFunctionsJobHost__extensions__queues__messageEncoding: "none" });
    await queueOf("notes").sendMessage("plain text");
    expect((await waitForEvents(host, "note", 1))[0]?.message).toBe("plain text");
  });

  it("keeps its lease while its function runs longer than that", async () => {
    const host = await start({ FUNCTIONS_HOST_QUEUE_LEASE: "1" });
    await enqueue(host, { work: { id: "long", takes: 3_500 } });
    const [finished] = await waitForEvents(host, "finished", 1);
    expect(finished?.metadata).toMatchObject({ dequeueCount: 1 });
    await expect.poll(() => depth("work")).toBe(0);
    expect(recorded(host, "started")).toHaveLength(1);
  }, 30_000);
});

it("takes batchSize + newBatchThreshold messages at a time, no more", async () => {
  const host = await start();
  await enqueue(host, {
    work: Array.from({ length: 9 }, (_, index) => ({ id: `${index}`, takes: 100 + 200 * (index % 3) })),
  });
  await waitForEvents(host, "finished", 9);
  let running = 0;
  let most = 0;
  for (const { message } of host.logs()) {
    if (message.startsWith(`{"event":"started"`)) {
      running += 1;
      most = Math.max(most, running);
    } else if (message.startsWith(`{"event":"finished"`)) {
      running -= 1;
    }
  }
  expect(most).toBe(3);
}, 30_000);
