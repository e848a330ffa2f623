import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { metadata, parsePrediction, predict, withFiles } from "../bicep.ts";
import { bicepCommand, BicepServer, root } from "../bicep-server.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

const options = [
  "--subscription-id",
  metadata.subscriptionId,
  "--tenant-id",
  metadata.tenantId,
  "--location",
  metadata.location,
  "--deployment-name",
  metadata.deploymentName,
];

/** A copy of a sample, of which `use` may write a snapshot beside it. */
const withSample = async <T>(use: (file: string) => Promise<T> | T, change = (text: string) => text): Promise<T> => {
  const text = readFileSync(path.join(root, "infra/samples/small.bicepparam"), "utf8").replace("'../", "'ROOT/infra/");
  return withFiles({ "small.bicepparam": change(text) }, async (folder) => use(path.join(folder, "small.bicepparam")));
};
const command = (file: string) =>
  spawnSync(bicepCommand, ["snapshot", file, "--mode", "overwrite", ...options], { encoding: "utf8" });

describe("bicep snapshot", () => {
  it("writes what the other tests ask for over JSON-RPC", async () => {
    await withSample(async (file) => {
      expect(command(file)).toMatchObject({ status: 0 });
      const written = parsePrediction(readFileSync(file.replace(".bicepparam", ".snapshot.json"), "utf8"));
      expect(written.predictedResources.length).toBeGreaterThan(50);
      expect(written).toEqual(await predict(bicep, file));
      expect(written.predictedResources).toEqual(
        (await predict(bicep, "infra/samples/small.bicepparam")).predictedResources,
      );
    });
  });

  it("refuses what is refused over JSON-RPC, with the same message", async () => {
    const nearby = (text: string) => text.replace("region: 'westeurope'", "region: 'uksouth'");
    await withSample((file) => {
      const { status, stdout, stderr } = command(file);
      expect(status).not.toBe(0);
      expect(stdout + stderr).toContain("uksouth lies in United Kingdom, not in Europe");
    }, nearby);
  });
});
