import { describe, expect, it } from "vitest";
import { backupRequestSchema, readBody } from "../../src/http/requests.ts";
import { aRequest } from "./http-request.ts";

const read = (body: string) => readBody(aRequest({ body }), backupRequestSchema);

describe("a body", () => {
  it.each([
    ["", {}],
    ["  \n", {}],
    ["{}", {}],
    [
      '{"vaults":["contoso-payments","contoso.vault.azure.net"]}',
      { vaults: ["contoso-payments", "contoso.vault.azure.net"] },
    ],
    ['{"reason":"  before the audit  "}', { reason: "before the audit" }],
  ])("%j is read", async (body, expected) => {
    expect(await read(body)).toEqual(expected);
  });

  it.each([
    ["{", ["body: must be JSON"]],
    ["null", [expect.stringMatching(/^body: /)]],
    ['{"vaults":"contoso"}', [expect.stringMatching(/^vaults: /)]],
    ['{"vaults":[]}', [expect.stringContaining("at least one vault")]],
    ['{"vaults":["a/b"]}', ["vaults[0]: must be the name or host of a configured vault"]],
    ['{"reason":""}', [expect.stringMatching(/^reason: /)]],
    [JSON.stringify({ reason: "x".repeat(201) }), [expect.stringMatching(/^reason: /)]],
    [JSON.stringify({ reason: "right\u202eleft" }), ["reason: must be one line of plain text"]],
    ['{"a":1}', ["body: has a field that this call does not take"]],
    ['{"a":1,"b":2}', ["body: has 2 fields that this call does not take"]],
    [
      '{"a":1,"vaults":["a/b"],"reason":""}',
      [expect.stringMatching(/^vaults/), expect.stringMatching(/^reason/), expect.stringMatching(/^body/)],
    ],
  ])("%j is refused with a sentence for each field", async (body, problems) => {
    await expect(read(body)).rejects.toMatchObject({ code: "bad-request", problems });
  });

  it("is limited in bytes, not in characters", async () => {
    const problems = ["body: must be at most 256 KB"];
    await expect(read(JSON.stringify({ reason: "ü".repeat(140_000) }))).rejects.toMatchObject({ problems });
    await expect(read(JSON.stringify({ reason: "u".repeat(140_000) }))).rejects.not.toMatchObject({ problems });
  });

  it("is not repeated in the refusal: it may hold what should not be logged", async () => {
    const body = JSON.stringify({ vaults: ["secret/of/the/house"], "another secret": 1, reason: "third\nsecret" });
    const refusal = await read(body).catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "bad-request" });
    expect(`${String(refusal)} ${JSON.stringify(refusal)}`).not.toContain("secret");
  });
});
