import { availableParallelism, cpus, loadavg } from "node:os";
import Table from "cli-table3";
import type { Measurement } from "./row.ts";

export interface Measured extends Measurement {
  readonly name: string;
  readonly tookInS: number;
}

export interface Machine {
  readonly measuredAt: string;
  readonly node: string;
  readonly platform: string;
  readonly cores: number;
  readonly processor: string;
  /** Of the last minute before the first measurement: over a little, the machine had other work. */
  readonly loadBefore: number;
}

export function describeMachine(): Machine {
  return {
    measuredAt: new Date().toISOString(),
    node: process.version,
    platform: `${process.platform} ${process.arch}`,
    cores: availableParallelism(),
    processor: cpus()[0]?.model ?? "unknown",
    loadBefore: loadavg()[0] ?? 0,
  };
}

export function printTable(
  { measuredAt, node, platform, cores, loadBefore }: Machine,
  measured: readonly Measured[],
): void {
  const table = new Table({ head: ["what", "goal", "measured", "met"], style: { head: [], border: [] } });
  for (const { what, goal, measured: value, met } of measured.flatMap(({ rows }) => rows))
    table.push([what, goal, value, met ? "yes" : "NO"]);
  const conditions = `${measuredAt}, Node.js ${node}, ${platform}, ${cores} cores, load ${loadBefore.toFixed(1)} before`;
  console.log(`${conditions}\n${table.toString()}`);
}
