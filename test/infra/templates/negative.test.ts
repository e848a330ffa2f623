import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { refusalOf, withFiles } from "../bicep.ts";
import { BicepServer, root } from "../bicep-server.ts";

const folder = path.join(root, "test/infra/templates/negative");
const textOf = (file: string) => readFileSync(path.join(folder, file), "utf8");

const bicep = new BicepServer();
afterAll(() => bicep.stop());

describe("parameters that are refused", () => {
  it.each(readdirSync(folder))("%s, with the message that its first line states, and no other", async (file) => {
    const message = /^\/\/ refused: (.+)$/m.exec(textOf(file))?.[1];
    expect(message).toBeDefined();
    const refusal = await refusalOf(bicep, path.join(folder, file));
    expect(refusal).toContain(message);
    expect(refusal.split("\n")).toHaveLength(1);
  });

  it("tells every problem at once", async () => {
    const text = `${textOf("vault-elsewhere.bicepparam")}\nparam keepDays = { daily: 3, monthly: 400, yearly: 2555 }\n`;
    const both = { "both.bicepparam": text.replace("../../../..", "ROOT") };
    const refusal = await withFiles(both, async (made) => refusalOf(bicep, path.join(made, "both.bicepparam")));
    expect(refusal.split("\n")).toHaveLength(2);
    expect(refusal).toContain("keepDays.daily: 3 is too short");
    expect(refusal).toContain("vaultGroups[0].region");
  });

  it("refuses nothing of the same parameters without their fault", async () => {
    const text = textOf("vault-elsewhere.bicepparam")
      .replace("'eastus'", "'northeurope'")
      .replace("../../../..", "ROOT");
    const refusal = withFiles({ "sound.bicepparam": text }, async (made) =>
      refusalOf(bicep, path.join(made, "sound.bicepparam")),
    );
    await expect(refusal).rejects.toThrow("is not refused");
  });

  it("takes a region that opened after the table was made, where extraRegions says where it is", async () => {
    const text = textOf("vault-elsewhere.bicepparam")
      .replace("'eastus'", "'northeurope3'")
      .replace("../../../..", "ROOT");
    const refusal = async (more: string) =>
      withFiles({ "new.bicepparam": text + more }, async (made) => refusalOf(bicep, path.join(made, "new.bicepparam")));
    expect(await refusal("")).toContain("northeurope3 is not a region");
    await expect(refusal("\nparam extraRegions = { northeurope3: 'Europe' }\n")).rejects.toThrow("is not refused");
  });
});
