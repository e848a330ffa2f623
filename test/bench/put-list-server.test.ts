import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startPutListServer, type PutListServer } from "../../bench/put-list-server.ts";
import { createBlobStore } from "../../src/azure/blob-store.ts";
import { systemClock } from "../../src/azure/clock.ts";
import { describeBackupStore } from "../contracts/backup-store-contract.ts";

describeBackupStore("the Put/List server of the benchmark", async () => {
  const server = await startPutListServer({ latencyInMs: 0 });
  let containers = 0;
  return {
    openStore() {
      containers += 1;
      const containerUrl = `${server.url}/contract-${containers}`;
      return Promise.resolve(createBlobStore({ containerUrl, sas: "sig=none", clock: systemClock, listPageSize: 10 }));
    },
    close: () => server.close(),
  };
});

describe("the Put/List server", () => {
  let server: PutListServer;
  beforeAll(async () => {
    server = await startPutListServer({ latencyInMs: 30 });
  });
  afterAll(() => server.close());

  it("refuses to store without If-None-Match: *, as under create-only rights", async () => {
    const answer = await fetch(`${server.url}/daily/a`, { method: "PUT", body: "bytes" });
    expect(answer.status).toBe(403);
    expect((await fetch(`${server.url}/daily/a`)).status).toBe(404);
  });

  it("refuses bytes that their hash does not fit", async () => {
    const headers = { "if-none-match": "*", "x-ms-blob-content-md5": "AAAAAAAAAAAAAAAAAAAAAA==" };
    const answer = await fetch(`${server.url}/daily/b`, { method: "PUT", body: "bytes", headers });
    expect([answer.status, answer.headers.get("x-ms-error-code")]).toEqual([400, "Md5Mismatch"]);
  });

  it("answers no sooner than its latency", async () => {
    const startedAt = performance.now();
    await fetch(`${server.url}/daily/c`);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(29);
  });
});
