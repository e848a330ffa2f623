import type * as z from "zod";
import { listed, mustBe, shown, type Problem } from "./problem.ts";

/** Error option of a zod schema: says what the value must be, or which keys an object has not. */
export function expecting(what: string, keys: readonly string[] = []): { error: z.core.$ZodErrorMap } {
  return {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return mustBe(what, issue.input);
      const unknown = listed(issue.keys.map(shown), "and");
      return `does not take ${unknown}: use only ${listed(keys, "and")}.`;
    },
  };
}

/** The setting's JSON, or the problem. The parser's own message is not passed on, since it quotes the text. */
export function parseJson(setting: string, text: string): { value: unknown } | { problem: Problem } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { problem: { setting, message: "is not valid JSON: check its quotes, commas and brackets." } };
  }
}

/** One problem for each fault that a schema found in the value at `setting`. */
export function schemaProblems(setting: string, error: z.ZodError): Problem[] {
  return error.issues.map((issue) => ({ setting: setting + pathText(issue.path), message: issue.message }));
}

/** A field of JSON that is text, as far as there is one. */
export function textAt(value: unknown, key: string): string | undefined {
  const fields: Readonly<Record<string, unknown>> = typeof value === "object" && value !== null ? { ...value } : {};
  const field = fields[key];
  return typeof field === "string" ? field.trim() : undefined;
}

function pathText(path: readonly PropertyKey[]): string {
  return path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("");
}
