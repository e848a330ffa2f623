import { printable } from "../errors/key-backup-error.ts";

/** What is wrong with a setting, and what to do about it. */
export interface Problem {
  /** The setting's name and, inside JSON, the path: `KEY_BACKUP_VAULTS[0].vaults[3].name`. */
  readonly setting: string;
  readonly message: string;
}

/** What a reader made of its settings. With problems, `value` is what the rest can be checked against. */
export interface Reading<T> {
  readonly value: T;
  readonly problems: readonly Problem[];
}

const secretPart = /(sig|AccountKey|SharedAccessSignature)=[^&;"\s]*/gi;

export function withoutSecrets(text: string): string {
  return text.replaceAll(secretPart, "$1=…");
}

/** A value as a message may show it: one line, short, quoted if it is text, without the secret part of a signature or key. */
export function shown(value: unknown): string {
  if (typeof value === "string") return `"${printable(withoutSecrets(value), 60)}"`;
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** "a, b and c" */
export function listed(words: readonly string[], joint: "and" | "or"): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${joint} ${words.at(-1)}`;
}

export function mustBe(what: string, value: unknown): string {
  return value === undefined ? `is missing: give ${what}.` : `must be ${what}, not ${shown(value)}.`;
}
