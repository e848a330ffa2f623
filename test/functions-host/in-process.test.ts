import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startFunctionsHost, type FunctionsHost } from "../../local/functions-host/host.ts";
import type { LogEntry } from "../../local/functions-host/log.ts";
import { buildFixture, type Fixture } from "./build-fixture.ts";

let fixture: Fixture;
let host: FunctionsHost;
const entries: LogEntry[] = [];

beforeAll(async () => {
  fixture = await buildFixture("hooked");
  host = await startFunctionsHost({ appDirectory: fixture.appDirectory, onLog: (entry) => entries.push(entry) });
}, 30_000);
afterAll(() => fixture.remove());

describe("a host in this process", () => {
  it("serves the app's functions", async () => {
    expect(await (await fetch(`${host.url}/api/hooked`)).json()).toMatchObject({ hookData: "pre" });
    expect(entries.map(({ message }) => message)).toContain("the ********");
  });

  it("is the only one", async () => {
    await expect(startFunctionsHost({ appDirectory: fixture.appDirectory })).rejects.toThrow(
      "A process can hold one functions host",
    );
  });

  it("answers no more after it was stopped", async () => {
    await host.stop();
    await expect(fetch(`${host.url}/api/hooked`)).rejects.toThrow("fetch failed");
  });
});
