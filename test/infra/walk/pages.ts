import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "../bicep-server.ts";

/** The shell blocks of one section of a page, in order, as a reader would paste them. @throws when there is none. */
export function shellBlocks(page: string, heading: string): readonly string[] {
  const text = readFileSync(path.join(root, page), "utf8");
  const section = text.split(/^## /m).find((part) => part.startsWith(`${heading}\n`)) ?? "";
  const blocks = Array.from(section.matchAll(/^```sh\n([\s\S]*?)^```$/gm), ([, block]) => block ?? "");
  if (blocks.length === 0) throw new Error(`${page} has no shell block under "${heading}"`);
  return blocks;
}
