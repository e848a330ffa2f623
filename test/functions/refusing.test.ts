import { QueueServiceClient } from "@azure/storage-queue";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { startAzurite, type Azurite } from "../../local/azurite/azurite.ts";
import { spawnFunctionsHost, type SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";

const appDirectory = fileURLToPath(new URL("../..", import.meta.url));
const wrong = {
  KEY_BACKUP_VAULTS: "[",
  KEY_BACKUP_STORES: "",
  KEY_BACKUP_SCHEDULE: "0 0 2 L * *",
  KEY_BACKUP_KEEP_DAYS: '{"daily":-1}',
  KEY_BACKUP_LIMIT_SHARE: "2",
  KEY_BACKUP_ROLE: "all",
};
const namesOfAll = Object.keys(wrong);

const problemSchema = z.looseObject({ problems: z.array(z.string()) });

let azurite: Azurite;
let host: SpawnedFunctionsHost;

beforeAll(async () => {
  azurite = await startAzurite();
  host = await spawnFunctionsHost({
    appDirectory,
    env: {
      AzureWebJobsStorage: azurite.connectionString(),
      FUNCTIONS_HOST_RETRY_DELAY: "0",
      AzureFunctionsJobHost__extensions__queues__maxPollingInterval: "00:00:00.100",
      AzureFunctionsJobHost__extensions__queues__visibilityTimeout: "00:00:00",
      ...wrong,
    },
  });
});
afterAll(async () => {
  await host.kill("SIGKILL");
  await azurite.close();
});

describe("an app with a broken configuration", () => {
  it.each([
    ["GET", "/api/health"],
    ["GET", "/api/runs"],
    ["GET", "/api/runs/20261124t020000z-1f3a9c"],
    ["POST", "/api/backups"],
    ["POST", "/api/restores/plan"],
    ["POST", "/api/restores"],
  ])("answers %s %s with every problem", async (method, path) => {
    const response = await host.fetch(path, { method });
    expect(response.status).toBe(503);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    const problem = problemSchema.parse(await response.json());
    expect(problem).toMatchObject({ type: "urn:key-vault-backup:bad-configuration", code: "bad-configuration" });
    expect(settingsNamedIn(problem.problems.join("\n"))).toEqual(namesOfAll);
  });

  it.each(["nightlyBackup", "resumeRuns"])("fails the timer %s with every problem", async (name) => {
    const result = await host.fireTimer(name);
    expect(result.outcome).toBe("failed");
    expect(settingsNamedIn("error" in result ? result.error : "")).toEqual(namesOfAll);
  });

  it("fails every delivery of a message with every problem, and loses none", async () => {
    const queues = QueueServiceClient.fromConnectionString(azurite.connectionString());
    const text = Buffer.from('{"version":1}').toString("base64");
    await queues.getQueueClient("vault-backups").sendMessage(text);
    const failures = (name: string) =>
      host
        .logs()
        .filter(
          ({ level, message, ...source }) =>
            level === "error" && source.function === name && settingsNamedIn(message).length === namesOfAll.length,
        );
    await expect.poll(() => failures("abandonedVault").length, { timeout: 20_000 }).toBeGreaterThan(0);
    expect(failures("backupVault").length).toBeGreaterThanOrEqual(5);
    const { approximateMessagesCount } = await queues.getQueueClient("vault-backups-poison").getProperties();
    expect(approximateMessagesCount).toBe(1);
  });
});

const settingsNamedIn = (text: string): readonly string[] => namesOfAll.filter((name) => text.includes(name));
