import type * as z from "zod";
import type { throttleSchema } from "./config.ts";
import type { Operation } from "./fault-rule.ts";
import { kindOf } from "./key-pool.ts";
import type { KeyVersion } from "./key-record.ts";

const limit = 4_000;
const slices = 100;

/** Points spent in the last window, counted in hundredths of it: no window of any alignment holds more than allowed. */
export class PointWindow {
  readonly #sliceInMs: number;
  readonly #allowed: number;
  readonly #spent = new Float64Array(slices);
  #slice = 0;
  #sum = 0;

  constructor(windowInMs: number, allowed: number) {
    this.#sliceInMs = windowInMs / slices;
    this.#allowed = allowed;
  }

  hasRoomFor(points: number, nowInMs: number): boolean {
    this.#moveTo(Math.floor(nowInMs / this.#sliceInMs));
    return this.#sum + points <= this.#allowed;
  }

  spend(points: number): void {
    this.#spent[this.#slice % slices]! += points;
    this.#sum += points;
  }

  #moveTo(slice: number): void {
    const first = Math.max(this.#slice + 1, slice - slices + 1);
    for (let passed = first; passed <= slice; passed++) {
      this.#sum -= this.#spent[passed % slices]!;
      this.#spent[passed % slices] = 0;
    }
    this.#slice = slice;
  }
}

export type ThrottleSettings = z.output<typeof throttleSchema>;

export class VaultThrottle {
  readonly settings: ThrottleSettings;
  readonly #windows: readonly PointWindow[];

  constructor(settings: ThrottleSettings, ceiling: PointWindow | undefined) {
    this.settings = settings;
    const own = makeWindow(settings, 1);
    this.#windows = ceiling === undefined ? [own] : [own, ceiling];
  }

  /** Whether the call may go on. */
  admits(points: number, nowInMs = performance.now()): boolean {
    const room = this.#windows.map((window) => window.hasRoomFor(points, nowInMs)).every(Boolean);
    if (room || this.settings.countRejected) for (const window of this.#windows) window.spend(points);
    return room;
  }
}

export function makeWindow(settings: ThrottleSettings, vaults: number): PointWindow {
  return new PointWindow(settings.windowInMs, limit * settings.scale * vaults);
}

/** Rows of the service limits: calls of this kind per 10 s, against 4,000 for what has no row. */
export function costOf(op: Operation, version: Pick<KeyVersion, "type" | "material"> | undefined): number {
  const hsm = version?.type.endsWith("-HSM") ?? false;
  if (op === "create" || op === "rotate") return limit / (hsm ? 10 : 20);
  if (op === "import") return limit / 300;
  if (op !== "sign" && op !== "verify") return 1;
  const software = { 2048: limit, 3072: 1_000, 4096: 500 }[version ? kindOf(version).size : 2048];
  return limit / (hsm ? software / 2 : software);
}
