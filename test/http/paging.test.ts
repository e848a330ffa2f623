import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pageOf, readPageRequest } from "../../src/http/paging.ts";
import { aRequest } from "./http-request.ts";

const read = (query: string) => readPageRequest(aRequest({ path: `/api/runs${query}` }));
const cursorFor = (id: string): string => Buffer.from(id).toString("base64url");

describe("a page request", () => {
  it.each([
    ["", { limit: 20, after: undefined }],
    ["?limit=1", { limit: 1, after: undefined }],
    ["?limit=100", { limit: 100, after: undefined }],
    [`?cursor=${cursorFor("20261124t020000z-1f3a9c")}`, { limit: 20, after: "20261124t020000z-1f3a9c" }],
  ])("%s is read", (query, expected) => {
    expect(read(query)).toEqual(expected);
  });

  it.each([
    ["?limit=0", "limit: "],
    ["?limit=101", "limit: "],
    ["?limit=1.5", "limit: must be whole"],
    ["?limit=ten", "limit: must be a number"],
    ["?cursor=", "cursor: must be the nextCursor of an earlier answer"],
    [`?cursor=${cursorFor("a b")}`, "cursor: must be"],
    [`?cursor=${cursorFor("x".repeat(301))}`, "cursor: must be"],
  ])("%s is refused", (query, sentence) => {
    expect(() => read(query)).toThrow(
      expect.objectContaining({ code: "bad-request", message: expect.stringContaining(sentence) }),
    );
  });
});

describe("pages", () => {
  const ids = ["e", "d", "c", "b", "a"];

  it("of the right size say where the next begins, the last one does not", () => {
    expect(pageOf(ids, { limit: 2, after: undefined })).toEqual({ ids: ["e", "d"], nextCursor: cursorFor("d") });
    expect(pageOf(ids, { limit: 3, after: "d" })).toEqual({ ids: ["c", "b", "a"] });
    expect(pageOf(ids, { limit: 5, after: undefined })).toEqual({ ids });
    expect(pageOf([], { limit: 5, after: undefined })).toEqual({ ids: [] });
  });

  it("go on where they were when the item of the cursor is gone", () => {
    expect(pageOf(["e", "c", "a"], { limit: 1, after: "d" })).toMatchObject({ ids: ["c"] });
    expect(pageOf(ids, { limit: 2, after: "a" })).toEqual({ ids: [] });
  });

  it("put together are the whole, whatever is added in front meanwhile", () => {
    const names = fc.uniqueArray(fc.stringMatching(/^[a-y]{1,4}$/), { maxLength: 30 });
    fc.assert(
      fc.property(names, fc.integer({ min: 1, max: 7 }), (some, limit) => {
        const whole = some.toSorted().toReversed();
        const seen: string[] = [];
        let after: string | undefined;
        let newer: string[] = [];
        do {
          const page = pageOf([...newer, ...whole], { limit, after });
          seen.push(...page.ids);
          after = page.nextCursor && Buffer.from(page.nextCursor, "base64url").toString("utf8");
          newer = [`z${"z".repeat(newer.length)}`, ...newer];
        } while (after !== undefined);
        expect(seen).toEqual(whole);
      }),
    );
  });
});
