import { createHash } from "node:crypto";

/** SHA-256 in lower-case hexadecimal: 64 digits. */
export function sha256Of(bytes: Uint8Array | string): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Tells whether tags changed without storing them: operators put all sorts of things into tags. */
export function hashTags(tags: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(tags).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sha256Of(JSON.stringify(sorted));
}
