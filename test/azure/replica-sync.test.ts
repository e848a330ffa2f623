import { afterEach, describe, expect, it } from "vitest";
import { readLastSyncAt, secondaryUrl } from "../../src/azure/replica-sync.ts";
import { createSimulatedClock } from "../memory/simulated-clock.ts";
import { startScriptedServer, type Reply, type ScriptedServer } from "./scripted-server.ts";

let server: ScriptedServer | undefined;
afterEach(() => server?.close());

const clock = createSimulatedClock("2026-11-24T02:00:00Z");
const stats = (lastSync: string): Reply => {
  const replication = `<GeoReplication><Status>live</Status><LastSyncTime>${lastSync}</LastSyncTime></GeoReplication>`;
  const body = `<?xml version="1.0" encoding="utf-8"?><StorageServiceStats>${replication}</StorageServiceStats>`;
  return (response) => void response.writeHead(200, { "content-type": "application/xml" }).end(body);
};
const refused =
  (status: number, code: string): Reply =>
  (response) =>
    void response
      .writeHead(status, { "content-type": "application/xml", "x-ms-error-code": code })
      .end(`<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>no</Message></Error>`);

async function syncBy(reply: Reply): Promise<Date | undefined> {
  server = await startScriptedServer(reply);
  return readLastSyncAt({ url: server.url, sas: "sig=none", clock });
}

describe("the replica of a store", () => {
  it.each([
    ["https://contoso.blob.core.windows.net", "https://contoso-secondary.blob.core.windows.net"],
    ["http://127.0.0.1:10000/contoso", "http://127.0.0.1:10000/contoso-secondary"],
  ])("of %s is at %s", (url, secondary) => {
    expect(secondaryUrl(url)).toBe(secondary);
  });

  it("tells until when it is complete", async () => {
    expect(await syncBy(stats("Tue, 24 Nov 2026 01:55:03 GMT"))).toEqual(new Date("2026-11-24T01:55:03Z"));
    expect(server?.seen.map(({ method, target }) => [method, target])).toEqual([
      ["GET", "/?sig=none&restype=service&comp=stats"],
    ]);
  });

  it.each([
    ["has not been complete yet", stats("")],
    ["may not be asked", refused(403, "AuthorizationPermissionMismatch")],
    ["does not know the question, as on a primary", refused(400, "InvalidQueryParameterValue")],
  ])("that %s tells nothing", async (_case, reply) => {
    expect(await syncBy(reply)).toBeUndefined();
  });

  it("that can't be reached is an error", async () => {
    await expect(syncBy((response) => void response.socket?.destroy())).rejects.toMatchObject({
      code: "store-unreachable",
    });
  });
});
