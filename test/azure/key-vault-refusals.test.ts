import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { json } from "./scripted-server.ts";
import { failureOf, refusal, startScriptedVault, TOKEN, type ScriptedVault } from "./scripted-vault.ts";
import refusals from "./key-vault-refusals.json" with { type: "json" };

let scripted: ScriptedVault;
beforeEach(async () => {
  scripted = await startScriptedVault();
});
afterEach(() => scripted.close());

describe("a refusal of the real service", () => {
  it.each(refusals)("$case → $expected", async ({ status, code, innerCode, message, expected }) => {
    const answer = json(status, refusal(code, message, innerCode ?? undefined), { "x-ms-request-id": "request-1" });
    scripted.script(answer, answer);
    const error = await failureOf(scripted.vault.backupKey("orders"));
    expect(error).toMatchObject({ code: expected, status, cause: { statusCode: status, requestId: "request-1" } });
    const { message: text } = error;
    expect(text).toMatch(/^back up key "orders" of contoso\.vault\.azure\.net: \d{3} /);
    expect(text).toContain(innerCode ?? code);
    expect(text).not.toMatch(/[\r\n]/);
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(TOKEN);
    expect(scripted.signedIn()).toHaveLength(1);
  });

  it.each(refusals.filter(({ status }) => status === 403))("$case: by its text, without an inner code", async (row) => {
    scripted.script(json(403, refusal("Forbidden", row.message)));
    expect(await failureOf(scripted.vault.backupKey("orders"))).toMatchObject({ code: row.expected });
  });

  it("of a kind nobody has seen stays a refusal, with its text", async () => {
    scripted.script(json(403, refusal("Forbidden", "The moon is in the wrong house.", "ForbiddenByMoon")));
    expect(await failureOf(scripted.vault.backupKey("orders"))).toMatchObject({
      code: "vault-forbidden",
      message: expect.stringContaining("ForbiddenByMoon The moon is in the wrong house."),
    });
  });

  it.each([
    ["The key has more than 500 versions.", "key-too-many-versions"],
    ["Too many versions of this object.", "key-too-many-versions"],
    ["The api-version is not supported.", "vault-bad-request"],
    ["", "vault-bad-request"],
  ])("400 %j on a backup → %s", async (message, code) => {
    scripted.script(json(400, refusal("BadRequest", message)));
    expect(await failureOf(scripted.vault.backupKey("orders"))).toMatchObject({ code });
  });

  it("that repeats the token or the backup in its text is told without them", async () => {
    const backup = "JkF6dXJlS2V5VmF1bHRLZXlCYWNrdXBWMS5taWNyb3NvZnQuY29t".repeat(9);
    scripted.script(json(400, refusal("BadParameter", `Bearer ${TOKEN} is odd, and so is ${backup}!`)));
    const error = await failureOf(scripted.vault.backupKey("orders"));
    expect(error).toMatchObject({ message: expect.stringContaining("is odd, and so is …!") });
    expect(inspect(error, { depth: 10 })).not.toContain("planted-marker");
    expect(inspect(error, { depth: 10 })).not.toContain("JkF6dXJl");
  });
});

describe("absence", () => {
  it("is undefined only when Key Vault says so", async () => {
    scripted.script(json(404, refusal("KeyNotFound", "A key with (name/id) orders was not found in this key vault.")));
    expect(await scripted.vault.getKey("orders")).toBeUndefined();
    scripted.script(json(404, refusal("KeyNotFound", "A key with (name/id) orders was not found in this key vault.")));
    expect(await scripted.vault.getRotationPolicy("orders")).toBeUndefined();
  });

  it("is not taken from a gateway's 404", async () => {
    const gateways = json(404, { error: { code: "ResourceNotFound", message: "The gateway knows no such route." } });
    scripted.script(gateways, gateways, gateways, gateways);
    expect(await failureOf(scripted.vault.getKey("orders"))).toMatchObject({ code: "vault-bad-answer" });
  });

  it("of a right to read rotation policies is a failure, not a key without one", async () => {
    scripted.script(
      json(403, refusal("Forbidden", "Caller is not authorized to perform action on resource.", "ForbiddenByRbac")),
    );
    expect(await failureOf(scripted.vault.getRotationPolicy("orders"))).toMatchObject({ code: "vault-forbidden-rbac" });
  });
});

it.each(["../secrets", "a b", "a".repeat(128), "", "köy", "a%2fb"])(
  "a name that is no key's (%j) is never sent",
  async (name) => {
    await expect(scripted.vault.backupKey(name)).rejects.toMatchObject({ code: "bad-request" });
    await expect(scripted.vault.listVersions(name)).rejects.toMatchObject({ code: "bad-request" });
    await expect(scripted.vault.getKey(name)).rejects.toMatchObject({ code: "bad-request" });
    expect(scripted.server.seen).toHaveLength(0);
  },
);
