import { InvalidArgumentError, Option } from "commander";

/** An option that takes a whole number of at least 1. */
export function countOption(flags: string, description: string, fallback: number): Option {
  return new Option(flags, description).default(fallback).argParser((text: string) => {
    const count = Number(text);
    if (Number.isSafeInteger(count) && count > 0) return count;
    throw new InvalidArgumentError("It must be a whole number above 0.");
  });
}
