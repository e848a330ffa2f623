import { parsers } from "prettier/plugins/yaml";
import * as z from "zod";

interface Node {
  readonly type: string;
  readonly value?: string | undefined;
  readonly children?: readonly (Node | null)[] | undefined;
}
const nodeSchema: z.ZodType<Node> = z.object({
  type: z.string(),
  value: z.string().optional(),
  children: z.array(z.lazy(() => nodeSchema).nullable()).optional(),
});

/** The scalars of a YAML document by their dotted path. Knows mappings and scalars, and refuses everything else. */
export function readYaml(text: string): Record<string, string> {
  const read: Record<string, string> = {};
  // The parser is one of prettier's own, whose options it does not need.
  const document: unknown = Reflect.apply(parsers.yaml.parse, undefined, [text, {}]);
  const walk = (node: Node | null | undefined, at: string): void => {
    const children = node?.children ?? [];
    switch (node?.type) {
      case "root":
      case "document":
      case "documentBody":
      case "mapping":
      case "mappingValue":
        for (const child of children) walk(child, at);
        return;
      case "mappingItem": {
        const key = children[0]?.children?.[0]?.value ?? "";
        walk(children[1], at === "" ? key : `${at}.${key}`);
        return;
      }
      case "plain":
      case "quoteDouble":
      case "quoteSingle":
        read[at] = node.value ?? "";
        return;
      case "documentHead":
        return;
      case undefined:
      default:
        throw new Error(`${at}: not understood: ${node?.type ?? "nothing"}`);
    }
  };
  walk(nodeSchema.parse(document), "");
  return read;
}
