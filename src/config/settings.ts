import type { Problem } from "./problem.ts";

export type Environment = Readonly<Record<string, string | undefined>>;

export const settingNames = [
  "KEY_BACKUP_VAULTS",
  "KEY_BACKUP_STORES",
  "KEY_BACKUP_SCHEDULE",
  "KEY_BACKUP_REGION",
  "KEY_BACKUP_ROLE",
  "KEY_BACKUP_AUTH",
  "KEY_BACKUP_KEEP_DAYS",
  "KEY_BACKUP_REFRESH_DAYS",
  "KEY_BACKUP_LIMIT_SHARE",
  "KEY_BACKUP_OBSERVED_REGION",
  "KEY_BACKUP_EXTRA_REGIONS",
  "KEY_BACKUP_LOCAL",
  "KEY_BACKUP_LOCAL_TOKEN",
] as const;

/** A setting's text without space around it; `undefined` when it is absent or empty. */
export function textOf(env: Environment, name: string): string | undefined {
  const text = env[name]?.trim() ?? "";
  return text === "" ? undefined : text;
}

/** A setting with our prefix that the app does not have is most likely a slip of the pen. */
export function unknownSettings(env: Environment): Problem[] {
  const known: readonly string[] = settingNames;
  return Object.keys(env)
    .filter((name) => name.toUpperCase().startsWith("KEY_BACKUP_") && !known.includes(name))
    .map((setting) => ({ setting, message: `is not a setting of this app: ${suggestion(setting)}` }));
}

function suggestion(name: string): string {
  const ranked = settingNames
    .map((known) => ({ known, distance: editDistance(name.toUpperCase(), known) }))
    .toSorted((a, b) => a.distance - b.distance);
  const [nearest] = ranked;
  return nearest !== undefined && nearest.distance <= 5
    ? `did you mean ${nearest.known}?`
    : "remove it (docs/configuration.md lists all).";
}

/** Levenshtein's distance. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const change = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(change, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
