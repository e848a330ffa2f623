import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { root, snapshotText } from "./bicep.ts";

/** Each file must be refused, with the message that its first line states after "// refused: ". */
const folder = path.join(root, "test/infra/negative");

describe("parameters that are refused", () => {
  it.each(readdirSync(folder))("%s", async (file) => {
    const text = readFileSync(path.join(folder, file), "utf8");
    const message = /^\/\/ refused: (.+)$/m.exec(text)?.[1];
    expect(message).toBeDefined();
    const ran = await snapshotText(text.replace("../../../infra/main.bicep", "../main.bicep"));
    expect(ran.exitCode).not.toBe(0);
    expect(ran.stderr).toContain(message);
  });

  it("tells every problem at once", async () => {
    const text = readFileSync(path.join(folder, "vault-elsewhere.bicepparam"), "utf8");
    const both = `${text}\nparam keepDays = { daily: 3, monthly: 400, yearly: 2555 }\n`;
    const ran = await snapshotText(both.replace("../../../infra/main.bicep", "../main.bicep"));
    expect(ran.stderr).toContain("keepDays.daily: 3 is too short");
    expect(ran.stderr).toContain("vaultGroups[0].region");
  });
});
