const lower = (text: string): string => text.toLowerCase();

const isTermCharacter = (character: string | undefined): boolean =>
  character !== undefined && /[\p{L}\p{N}]/u.test(character);

/** The needle occurs as whole terms: maximal sequences of letters and digits. Its ends have to be such characters. */
export function has(text: string, needle: string): boolean {
  const [inText, wanted] = [lower(text), lower(needle)];
  if (!isTermCharacter(wanted[0]) || !isTermCharacter(wanted.at(-1))) throw new Error(`not documented: has ${needle}`);
  for (let at = inText.indexOf(wanted); at >= 0; at = inText.indexOf(wanted, at + 1)) {
    if (!isTermCharacter(inText[at - 1]) && !isTermCharacter(inText[at + wanted.length])) return true;
  }
  return false;
}

/** Operators between two strings, by the kind of their syntax. Only those that say so mind the case. */
export const stringOperators: ReadonlyMap<string, (text: string, other: string) => boolean> = new Map([
  ["HasExpression", has],
  ["ContainsExpression", (text, other) => lower(text).includes(lower(other))],
  ["NotContainsExpression", (text, other) => !lower(text).includes(lower(other))],
  ["StartsWithExpression", (text, other) => lower(text).startsWith(lower(other))],
  ["NotStartsWithExpression", (text, other) => !lower(text).startsWith(lower(other))],
  ["EndsWithExpression", (text, other) => lower(text).endsWith(lower(other))],
  ["EqualTildeExpression", (text, other) => lower(text) === lower(other)],
  ["BangTildeExpression", (text, other) => lower(text) !== lower(other)],
]);

/** Operators between a string and a list of strings. In Kusto's names of syntax, `Cs` is the one that ignores the case. */
export const listOperators: ReadonlyMap<string, (text: string, list: readonly string[]) => boolean> = new Map([
  ["InExpression", (text, list) => list.includes(text)],
  ["NotInExpression", (text, list) => !list.includes(text)],
  ["InCsExpression", (text, list) => list.some((one) => lower(one) === lower(text))],
  ["NotInCsExpression", (text, list) => !list.some((one) => lower(one) === lower(text))],
  ["HasAnyExpression", (text, list) => list.some((one) => has(text, one))],
]);

/** Characters are code points. */
export function substring(text: string, start: bigint, length: bigint | undefined): string {
  const from = Number(start);
  return Array.from(text)
    .slice(from, length === undefined ? undefined : from + Number(length))
    .join("");
}
