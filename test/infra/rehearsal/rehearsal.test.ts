import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { snapshot } from "../bicep.ts";
import { BicepServer } from "../bicep-server.ts";
import { openCloud, type Cloud } from "./cloud.ts";
import { makePackage, unpack } from "./package.ts";

const bicep = new BicepServer();
const packageDirectory = unpack(makePackage());
afterAll(() => {
  bicep.stop();
  rmSync(packageDirectory, { recursive: true });
});

const keys = () => [{ name: "order", versions: 3 }, { name: "invoice", type: "EC" as const }, { name: "page", count: 30 }];

describe("the small sample", () => {
  let cloud: Cloud;
  beforeAll(async () => {
    cloud = await openCloud(await snapshot(bicep, "infra/samples/small.bicepparam"), keys);
  });
  afterAll(() => cloud.close());

  it("runs a night", async () => {
    const { host } = await cloud.start(cloud.app("backup"), packageDirectory);
    console.log(host.functions.map(({ name }) => name));
    console.log(await host.fireTimer("nightlyBackup"));
    await new Promise((r) => setTimeout(r, 15_000));
    console.log(await (await host.fetch("/api/runs")).text());
    console.log(await (await host.fetch("/api/health")).text());
    console.log(host.logs().map(({ level, message }) => `${level} ${message.slice(0, 300)}`).join("\n"));
    console.log(cloud.gateway.strangers(), cloud.rights.uses().filter(({ allowed }) => !allowed).slice(0, 5), cloud.rights.uses().length);
    expect(cloud.gateway.strangers()).toEqual([]);
  });
});
