import * as z from "zod";
import { entryFileSchema, keyEntrySchema } from "./entry.ts";
import { manifestHeadSchema, manifestTotalsSchema } from "./manifest.ts";
import { planSchema } from "./plan.ts";

const documents: readonly (readonly [name: string, title: string, schema: z.ZodType])[] = [
  ["manifest-head", "First line of a manifest", manifestHeadSchema],
  ["key-entry", "Line of a manifest, one a key", keyEntrySchema],
  ["manifest-totals", "Last line of a manifest", manifestTotalsSchema],
  ["entry-file", "File beside each backup", entryFileSchema],
  ["plan", "What a run set out to do in one store", planSchema],
];

/** The stored formats as JSON Schema 2020-12, by name. Fields that a later version adds are allowed, as in the reader. */
export function jsonSchemas(): ReadonlyMap<string, object> {
  return new Map(
    documents.map(([name, title, schema]) => {
      const { $schema, ...rest } = z.toJSONSchema(schema, { io: "input", target: "draft-2020-12" });
      return [name, { $schema, $id: `urn:key-vault-backup:${name}:1`, title, ...rest }];
    }),
  );
}
