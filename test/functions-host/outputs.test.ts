import { describe, expect, it } from "vitest";
import { toMessages } from "../../local/functions-host/outputs.ts";

describe("what a queue output becomes", () => {
  it.each([
    ["a text", { string: "hello" }, ["hello"]],
    ["an object", { json: `{"a":1}` }, [`{"a":1}`]],
    ["an array of objects", { json: `[{"a":1},{"a":2}]` }, [`{"a":1}`, `{"a":2}`]],
    ["an array of texts", { json: `["a","b"]` }, ["a", "b"]],
    ["an empty array", { json: "[]" }, []],
    ["a text that is a JSON array", { string: `["a","b"]` }, ["a", "b"]],
    ["a text that only looks like one", { string: "[a, b" }, ["[a, b"]],
    ["a number", { int: 0 }, ["0"]],
    ["bytes", { bytes: Buffer.from("raw") }, [Buffer.from("raw")]],
  ])("%s", (_case, data, messages) => {
    expect(toMessages(data)).toEqual(messages);
  });
});
