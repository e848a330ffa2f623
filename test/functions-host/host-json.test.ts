import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readHostJson } from "../../local/functions-host/host-json.ts";
import { addLocalSettings, queueConnection, resolveSettings } from "../../local/functions-host/settings.ts";

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "host-json-"));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const write = (name: string, content: object): Promise<void> =>
  writeFile(join(directory, name), JSON.stringify(content));

describe("host.json", () => {
  it("has the platform's defaults", async () => {
    await write("host.json", { version: "2.0" });
    expect(await readHostJson(directory, {})).toEqual({
      routePrefix: "api",
      functionTimeoutInMs: 30 * 60_000,
      queues: {
        batchSize: 16,
        newBatchThreshold: 8,
        maxDequeueCount: 5,
        visibilityTimeout: 0,
        maxPollingInterval: 2_000,
        messageEncoding: "base64",
      },
    });
  });

  it.each([
    ["00:10:00", 600_000],
    ["1.02:00:00", 26 * 3_600_000],
    ["00:00:00.250", 250],
    ["-1", Infinity],
  ])("reads the time limit %s", async (functionTimeout, expected) => {
    await write("host.json", { version: "2.0", functionTimeout });
    expect(await readHostJson(directory, {})).toMatchObject({ functionTimeoutInMs: expected });
  });

  it("lets the platform's own variables override it, whatever their case", async () => {
    await write("host.json", { version: "2.0", extensions: { queues: { batchSize: 4, maxDequeueCount: 5 } } });
    const settings = await readHostJson(directory, {
      AzureFunctionsJobHost__functionTimeout: "00:00:05",
      AzureFunctionsJobHost__extensions__queues__visibilityTimeout: "00:00:01",
      AzureFunctionsJobHost__Extensions__Queues__MaxDequeueCount: "3",
      AzureFunctionsJobHost__extensions__http__routePrefix: "",
    });
    expect(settings).toMatchObject({
      routePrefix: "",
      functionTimeoutInMs: 5_000,
      queues: { batchSize: 4, newBatchThreshold: 2, maxDequeueCount: 3, visibilityTimeout: 1_000 },
    });
  });

  it("names what is wrong", async () => {
    await write("host.json", {
      version: "2.0",
      extensions: { queues: { batchSize: 33, visibilityTimeout: "10 min" } },
    });
    const reading = readHostJson(directory, {});
    await expect(reading).rejects.toThrow(/host\.json/);
    await expect(reading).rejects.toThrow(/extensions\.queues\.batchSize/);
    await expect(reading).rejects.toThrow(/must be a time span/);
  });
});

describe("settings", () => {
  it("come from local.settings.json where the environment has none", async () => {
    await write("local.settings.json", { Values: { ONLY_LOCAL: "local", BOTH: "local" } });
    const env: Record<string, string | undefined> = { BOTH: "environment" };
    await addLocalSettings(directory, env);
    expect(env).toEqual({ ONLY_LOCAL: "local", BOTH: "environment" });
  });

  it("need no local.settings.json", async () => {
    const env = {};
    await addLocalSettings(directory, env);
    expect(env).toEqual({});
  });

  it("stand between percent signs", () => {
    expect(resolveSettings("a-%NAME%-%OTHER%", { NAME: "b", OTHER: "c" })).toBe("a-b-c");
    expect(() => resolveSettings("%MISSING%", {})).toThrow("there is no setting MISSING");
  });

  it("hold a connection under its name, or with the platform's prefix", () => {
    expect(queueConnection("Storage", { Storage: "one", AzureWebJobsStorage: "two" })).toEqual({
      connectionString: "one",
    });
    expect(queueConnection("Storage", { AzureWebJobsStorage: "two" })).toEqual({ connectionString: "two" });
    expect(() => queueConnection("Storage", {})).toThrow("No setting Storage");
  });

  it("hold an identity-based connection, which needs the identity's kind and its id", () => {
    const identity = { Storage__credential: "managedidentity", Storage__clientId: "one" };
    expect(queueConnection("Storage", { ...identity, Storage__accountName: "acc" })).toEqual({
      url: "https://acc.queue.core.windows.net",
      clientId: "one",
    });
    const url = "https://acc.queue.core.chinacloudapi.cn/";
    expect(queueConnection("Storage", { ...identity, Storage__queueServiceUri: url })).toMatchObject({ url });
    expect(() => queueConnection("Storage", { Storage__accountName: "acc" })).toThrow("Storage__credential must be");
  });
});
