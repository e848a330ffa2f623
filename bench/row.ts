import type { Bundles } from "./bundle.ts";

export interface Row {
  readonly what: string;
  readonly goal: string;
  readonly measured: string;
  readonly met: boolean;
}

/** One group of numbers: what is shown of it, and all that was measured. */
export interface Measurement {
  readonly rows: readonly Row[];
  readonly raw: Readonly<Record<string, unknown>>;
}

export type Measure = (bundles: Bundles) => Promise<Measurement>;
