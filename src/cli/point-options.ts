import { InvalidArgumentError, Option, type Command } from "commander";
import { tiers, type Tier } from "../catalog/tiers.ts";
import type { PointChoice } from "../restore/context.ts";
import type { CommonOptions } from "./command.ts";

export interface PointOptions extends CommonOptions {
  readonly asOf?: Date;
  readonly tier?: Tier;
  readonly secondary?: boolean;
}

/** Which recovery points a command is about: the newest, unless told otherwise. */
export function addPointOptions(command: Command): Command {
  return command
    .addOption(new Option("--as-of <instant>", "only what the store had by then (UTC)").argParser(parseInstant))
    .addOption(new Option("--tier <tier>", "only this tier; all of them unless told").choices(tiers))
    .addOption(new Option("--secondary", "read the replica of an RA- store, when the store itself is down"));
}

export const pointChoice = (vault: string, { asOf, tier, secondary }: PointOptions): PointChoice => ({
  vault,
  ...(asOf && { asOf }),
  ...(tier && { tier }),
  ...(secondary && { secondary }),
});

const instantForm = /^\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d))?$/;

/** A day means its first moment. A time without a zone is refused: it would mean another instant on another machine. */
export function parseInstant(text: string): Date {
  const instant = new Date(instantForm.test(text) ? text : Number.NaN);
  if (!Number.isNaN(instant.getTime())) return instant;
  throw new InvalidArgumentError("Write it as 2026-11-24 or 2026-11-24T02:00Z.");
}
