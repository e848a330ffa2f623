import { describe, expect, it } from "vitest";
import * as z from "zod";
import { errorCodes } from "../../src/errors/codes.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import { answering, problemOf } from "../../src/http/problem.ts";
import { createMemoryLogger } from "../memory/memory-logger.ts";

const codes = z.array(z.custom<KeyBackupError["code"]>()).parse(Object.keys(errorCodes));

describe("a problem", () => {
  it.each(codes)("%s has a status, a hint and a stable type", (code) => {
    const problem = problemOf(new KeyBackupError(code, "do something: a reason"));
    expect(problem).toMatchObject({ type: `urn:key-vault-backup:${code}`, code, status: errorCodes[code].httpStatus });
    expect(problem.status).toBeGreaterThanOrEqual(400);
    expect(problem.hint).toMatch(/\w/);
    expect(problem.title).not.toContain("-");
  });

  it("lists single problems where there are some", () => {
    const problems = ["vaults: one", "reason: two"];
    expect(problemOf(new KeyBackupError("bad-request", "read: two", { problems })).problems).toEqual(problems);
    expect(problemOf(new KeyBackupError("bad-request", "read: none"))).not.toHaveProperty("problems");
  });

  it("says nothing of what went wrong inside", () => {
    const problem = problemOf(new KeyBackupError("internal", "TypeError: secret of the house"));
    expect(JSON.stringify(problem)).not.toContain("secret");
  });
});

describe("an answer", () => {
  it("is kept by no cache and guessed at by no browser", async () => {
    const { status, headers } = await answering(createMemoryLogger(), async () => ({
      status: 202,
      headers: { location: "/api/runs/1" },
    }));
    expect(status).toBe(202);
    expect(Object.fromEntries(new Headers(headers))).toEqual({
      "cache-control": "no-store",
      location: "/api/runs/1",
      "x-content-type-options": "nosniff",
    });
  });

  it.each([
    ["of ours", new KeyBackupError("run-not-found", "read run: no store knows it"), 404, "run-not-found", "warn"],
    ["of nobody's", new TypeError("x is not a function"), 500, "internal", "error"],
    ["that is none", "text", 500, "internal", "error"],
  ])("to an error %s is problem+json", async (_case, thrown, status, code, level) => {
    const logger = createMemoryLogger();
    const answer = await answering(logger, () => Promise.reject(thrown));
    expect(answer.status).toBe(status);
    expect(Object.fromEntries(new Headers(answer.headers))).toEqual({
      "cache-control": "no-store",
      "content-type": "application/problem+json",
      "x-content-type-options": "nosniff",
    });
    expect(JSON.parse(z.string().parse(answer.body))).toMatchObject({ status, code });
    expect(logger.lines).toEqual([{ level, message: expect.stringMatching(new RegExp(`^${code}: `)) }]);
  });
});
