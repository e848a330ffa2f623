import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Measure } from "./row.ts";

const limitInBytes = 1_048_576;

/** The zip that is deployed, as scripts/package.mjs has just made it. */
export const measurePackage: Measure = async () => {
  const { size } = await stat(fileURLToPath(new URL("../build/key-vault-backup.zip", import.meta.url)));
  const measured = `${Math.round(size / 1024)} KB`;
  return { rows: [{ what: "deployed package", goal: "≤ 1 MB", measured, met: size <= limitInBytes }], raw: { size } };
};
