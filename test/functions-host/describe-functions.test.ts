import { describe, expect, it } from "vitest";
import type { Binding } from "../../local/functions-host/core-types.ts";
import { assertSupported, describeFunction, triggerOf } from "../../local/functions-host/describe-functions.ts";

const queueTrigger: Binding = { type: "queueTrigger", direction: "in", queueName: "work", connection: "Storage" };

describe("a registered function", () => {
  it("is described by its trigger, whatever else it is bound to", () => {
    const bindings = {
      $return: { type: "queue", direction: "out", queueName: "other" },
      trigger: queueTrigger,
    } as const;
    expect(describeFunction({ name: "f", bindings })).toEqual({
      name: "f",
      type: "queueTrigger",
      queueName: "work",
      connection: "Storage",
    });
  });

  it("needs a trigger", () => {
    expect(() => triggerOf({ name: "f", bindings: {} })).toThrow("Function f has no trigger");
  });

  it("may be a timer with a retry policy", () => {
    const bindings = { trigger: { type: "timerTrigger", direction: "in", schedule: "0 0 2 * * *" } } as const;
    expect(() => assertSupported({ name: "f", bindings, retryOptions: { maxRetryCount: 3 } })).not.toThrow();
  });

  it.each([
    ["another trigger", { trigger: { type: "blobTrigger", direction: "in" } }, {}, "type blobTrigger"],
    ["another output", { trigger: queueTrigger, out: { type: "blob", direction: "out" } }, {}, "output of type blob"],
    ["an extra input", { trigger: queueTrigger, more: { type: "queue", direction: "in" } }, {}, "input of type queue"],
    [
      "a retry policy where Azure has none",
      { trigger: queueTrigger },
      { retryOptions: { maxRetryCount: 3 } },
      "retry policy",
    ],
  ] as const)("is refused with %s", (_case, bindings, more, reason) => {
    expect(() => assertSupported({ name: "f", bindings, ...more })).toThrow(reason);
  });
});
