/** The value after an option, as `az` takes it. */
export function option(args: readonly string[], name: string): string {
  const at = args.indexOf(name);
  const value = at < 0 ? undefined : args[at + 1];
  if (value === undefined) throw new Error(`${name} is missing`);
  return value;
}

/** Whether the call begins with these words. */
export const begins = (args: readonly string[], words: string): boolean => `${args.join(" ")} `.startsWith(`${words} `);
