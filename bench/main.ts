import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { bundleScripts } from "./bundle.ts";
import { makePackage } from "./make-package.ts";
import { measureColdStart } from "./measure-cold-start.ts";
import { measureMemory } from "./measure-memory.ts";
import { measurePackage } from "./measure-package.ts";
import { measureDefaultShare, measureWholeLimit } from "./measure-rates.ts";
import { measureRequestsPerKey, measureUnchangedVault } from "./measure-requests.ts";
import { describeMachine, printTable, type Measured } from "./report.ts";
import type { Measure } from "./row.ts";

const measures: Readonly<Record<string, Measure>> = {
  requests: measureRequestsPerKey,
  limit: measureWholeLimit,
  default: measureDefaultShare,
  unchanged: measureUnchangedVault,
  memory: measureMemory,
  "cold-start": measureColdStart,
  package: measurePackage,
};

const usage = `usage: npm run bench -- [--json FILE] [${Object.keys(measures).join("] [")}]`;

/** @returns the exit code: 1 when a goal is missed, 2 for bad arguments. */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options: { json: { type: "string" } }, allowPositionals: true });
  const names = positionals.length === 0 ? Object.keys(measures) : positionals;
  const chosen = names.flatMap((name) => {
    const measure = measures[name];
    return measure === undefined ? [] : [{ name, measure }];
  });
  if (chosen.length < names.length) {
    console.error(usage);
    return 2;
  }
  const machine = describeMachine();
  await makePackage();
  const bundles = await bundleScripts(["back-up-once.bench.ts", "load-once.bench.ts", "empty-app.bench.ts"]);
  const measured: Measured[] = [];
  try {
    for (const { name, measure } of chosen) {
      const startedAt = performance.now();
      const measurement = await measure(bundles);
      const tookInS = Math.round((performance.now() - startedAt) / 1000);
      console.error(`${name}: ${tookInS} s`);
      measured.push({ name, tookInS, ...measurement });
    }
  } finally {
    await bundles.remove();
  }
  printTable(machine, measured);
  if (values.json !== undefined)
    await writeFile(values.json, `${JSON.stringify({ machine, measured }, undefined, 2)}\n`);
  return measured.every(({ rows }) => rows.every(({ met }) => met)) ? 0 : 1;
}

process.exitCode = await main();
