import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ContainerClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { AzuriteClient } from "../../local/azurite/azurite-client.ts";
import { startAzurite, type Azurite } from "../../local/azurite/azurite.ts";
import { spawnAzurite } from "../../local/azurite/spawn.ts";

function containerOf(azurite: AzuriteClient, account?: string): ContainerClient {
  return new ContainerClient(`${azurite.accountUrl(account)}/daily?${azurite.createOnlySas(account)}`);
}

async function put(container: ContainerClient, path: string, text: string): Promise<number> {
  const conditions = { conditions: { ifNoneMatch: "*" } };
  const { _response: response } = await container.getBlockBlobClient(path).upload(text, text.length, conditions);
  return response.status;
}

async function textOf(container: ContainerClient, path: string): Promise<string> {
  return (await container.getBlobClient(path).downloadToBuffer()).toString("utf8");
}

describe("Azurite in this process", () => {
  let azurite: Azurite;

  beforeAll(async () => {
    azurite = await startAzurite({ accounts: ["europestore", "usstore"] });
    await Promise.all(["europestore", "usstore"].map((account) => azurite.createContainers(["daily"], account)));
  }, 30_000);
  afterAll(() => azurite.close());

  it("keeps the accounts apart", async () => {
    await put(containerOf(azurite, "europestore"), "mine", "europe");
    await put(containerOf(azurite, "usstore"), "mine", "america");
    expect(await textOf(containerOf(azurite, "europestore"), "mine")).toBe("europe");
    expect(await textOf(containerOf(azurite, "usstore"), "mine")).toBe("america");
  });

  it("leaves a container that exists as it is", async () => {
    await put(containerOf(azurite, "europestore"), "kept", "kept");
    await azurite.createContainers(["daily"], "europestore");
    expect(await textOf(containerOf(azurite, "europestore"), "kept")).toBe("kept");
  });

  it("refuses an account that it does not have", () => {
    expect(() => azurite.accountUrl("asiastore")).toThrow("Azurite has no account asiastore");
  });

  it("gives a SAS that creates, reads and lists", async () => {
    const container = containerOf(azurite, "europestore");
    expect(await put(container, "created", "text")).toBe(201);
    expect(await textOf(container, "created")).toBe("text");
    const names: string[] = [];
    for await (const { name } of container.listBlobsFlat({ prefix: "created" })) {
      names.push(name);
    }
    expect(names).toEqual(["created"]);
  });

  it.each([
    ["create a blob twice", (container: ContainerClient) => put(container, "once", "second")],
    ["overwrite", (container: ContainerClient) => container.getBlockBlobClient("once").upload("second", 6)],
    ["delete", (container: ContainerClient) => container.deleteBlob("once")],
    ["change metadata", (container: ContainerClient) => container.getBlobClient("once").setMetadata({ a: "b" })],
    ["delete the container", (container: ContainerClient) => container.delete()],
  ])("gives a SAS that can't %s", async (_case, attempt) => {
    const container = containerOf(azurite, "usstore");
    await put(container, "once", "first").catch(() => undefined);
    await expect(attempt(container)).rejects.toMatchObject({ statusCode: 403 });
    expect(await textOf(container, "once")).toBe("first");
  });

  it("lets one of ten racing creators win", async () => {
    const container = containerOf(azurite, "europestore");
    const creators = Array.from({ length: 10 }, (_, index) => `creator-${index}`);
    const results = await Promise.allSettled(creators.map((creator) => put(container, "raced", creator)));
    const winners = creators.filter((_, index) => results[index]?.status === "fulfilled");
    expect(winners).toHaveLength(1);
    expect(await textOf(container, "raced")).toBe(winners[0]);
  });

  it("deletes a blob with the owner's right", async () => {
    const container = containerOf(azurite, "europestore");
    await put(container, "expired", "text");
    await azurite.deleteBlob("daily", "expired", "europestore");
    expect(await container.getBlobClient("expired").exists()).toBe(false);
  });

  it("serves queues by its connection string", async () => {
    const queue = QueueServiceClient.fromConnectionString(azurite.connectionString("usstore")).getQueueClient("jobs");
    await queue.createIfNotExists();
    await queue.sendMessage("text");
    const { peekedMessageItems: messages } = await queue.peekMessages();
    expect(messages.map(({ messageText }) => messageText)).toEqual(["text"]);
  });

  it("knows a second server's accounts beside the first's", async () => {
    const second = await startAzurite({ accounts: ["asiastore"] });
    try {
      await second.createContainers(["daily"], "asiastore");
      await expect(containerOf(second, "asiastore").exists()).resolves.toBe(true);
      await expect(containerOf(azurite, "usstore").exists()).resolves.toBe(true);
    } finally {
      await second.close();
    }
  });
});

describe("Azurite in a process of its own", () => {
  it("has its blobs and messages again after a restart, at the same addresses", async () => {
    const directory = await mkdtemp(join(tmpdir(), "azurite-"));
    const azurite = await spawnAzurite({ directory, accounts: ["europestore"] });
    try {
      await azurite.createContainers(["daily"], "europestore");
      const container = containerOf(azurite, "europestore");
      const queue = QueueServiceClient.fromConnectionString(azurite.connectionString()).getQueueClient("jobs");
      await put(container, "before", "text");
      await queue.createIfNotExists();
      await queue.sendMessage("job");

      expect(await azurite.stop()).toMatchObject({ code: 0 });
      await expect(fetch(azurite.accountUrl())).rejects.toThrow("fetch failed");
      await azurite.restart();

      expect(await textOf(container, "before")).toBe("text");
      expect(await put(container, "after", "text")).toBe(201);
      await expect(put(container, "before", "other")).rejects.toMatchObject({ statusCode: 403 });
      expect((await queue.receiveMessages()).receivedMessageItems.map(({ messageText }) => messageText)).toEqual([
        "job",
      ]);
    } finally {
      await azurite.stop();
      await rm(directory, { recursive: true, force: true });
    }
  }, 60_000);
});
