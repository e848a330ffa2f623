import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { jsonSchemas } from "../../src/catalog/json-schemas.ts";

const ajv = new Ajv2020({ strict: true, allErrors: true });
formats.default(ajv);
const validators = new Map<string, ValidateFunction>();
for (const [name, schema] of jsonSchemas()) validators.set(name, ajv.compile(schema));

/** What is wrong with a document by its JSON Schema; nothing when it is as the schema says. */
export function problemsBySchema(name: string, document: unknown): readonly string[] {
  const validate = validators.get(name);
  if (!validate) throw new RangeError(`no schema ${name}`);
  return validate(document)
    ? []
    : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message ?? ""}`);
}

/** The same of a whole manifest, line by line. */
export function problemsOfManifest(bytes: Uint8Array): readonly string[] {
  const lines = Buffer.from(bytes).toString().trimEnd().split("\n");
  return lines.flatMap((line, nth) => {
    const name = nth === 0 ? "manifest-head" : nth === lines.length - 1 ? "manifest-totals" : "key-entry";
    return problemsBySchema(name, JSON.parse(line)).map((problem) => `line ${nth + 1}: ${problem}`);
  });
}
