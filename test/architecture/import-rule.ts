import { readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";

/**
 * Which part of src/ may import which, types judged alike. A part is the first folder below src/, or the name of a root
 * file. What is not listed is forbidden.
 */
export const mayImport: Readonly<Record<string, readonly string[]>> = {
  index: ["functions", "config"],
  app: ["backup", "restore", "catalog", "config", "errors", "geography", "http", "pacing", "ports", "wiring"],
  wiring: ["azure", "backup", "restore", "catalog", "config", "errors", "geography", "pacing", "ports"],
  functions: ["app", "http", "config", "errors", "catalog", "ports"],
  cli: ["app", "config", "errors", "catalog", "doctor", "restore", "backup", "wiring", "ports"],
  backup: ["catalog", "geography", "ports", "errors"],
  restore: ["catalog", "geography", "ports", "errors"],
  doctor: ["catalog", "geography", "ports", "errors"],
  catalog: ["geography", "ports", "errors"],
  pacing: ["ports", "errors"],
  azure: ["ports", "pacing", "errors"],
  http: ["errors", "catalog", "ports", "restore"],
  config: ["geography", "errors"],
  geography: ["errors"],
  ports: ["errors"],
  errors: [],
};

/** Which part may import which package. `node:` modules are free. */
export const mayUse: Readonly<Record<string, readonly string[]>> = {
  index: ["@azure/functions"],
  functions: ["@azure/functions"],
  http: ["@azure/functions", "zod", "zod/v4/core"],
  config: ["zod", "croner"],
  catalog: ["zod"],
  azure: ["@azure/keyvault-keys", "@azure/storage-blob", "@azure/identity", "@azure/core-rest-pipeline", "zod"],
  cli: ["commander", "cli-table3", "cli-progress"],
};

export interface Import {
  /** Path below src/. */
  readonly from: string;
  readonly specifier: string;
  readonly line: number;
  /** By `import()`: loaded on first use. */
  readonly lazy: boolean;
  readonly typeOnly: boolean;
}

/** Every import, export-from and `import()` of a source text. */
export function importsOf(from: string, text: string): readonly Import[] {
  const { module } = parseSync(from, text);
  const lineOf = (offset: number): number => text.slice(0, offset).split("\n").length;
  const declared = module.staticImports.map(({ moduleRequest, entries, start }) => ({
    from,
    specifier: moduleRequest.value,
    line: lineOf(start),
    lazy: false,
    typeOnly: entries.length > 0 && entries.every(({ isType }) => isType),
  }));
  const reexported = module.staticExports
    .flatMap(({ entries }) => entries)
    .flatMap(({ moduleRequest, isType, start }) =>
      moduleRequest
        ? [{ from, specifier: moduleRequest.value, line: lineOf(start), lazy: false, typeOnly: isType }]
        : [],
    );
  const lazy = module.dynamicImports.map(({ moduleRequest, start }) => ({
    from,
    specifier: text.slice(moduleRequest.start + 1, moduleRequest.end - 1),
    line: lineOf(start),
    lazy: true,
    typeOnly: false,
  }));
  return [...declared, ...reexported, ...lazy];
}

/** The sentence for an import that the rule forbids; `undefined` for one that it allows. */
export function judgeImport(found: Import): string | undefined {
  const where = `${found.from}:${found.line} imports ${found.specifier}`;
  const part = partOf(found.from);
  const allowed = mayImport[part];
  if (!allowed) return `${found.from}: ${part} is no part of the architecture`;
  if (found.specifier.startsWith("node:")) return undefined;
  if (!found.specifier.startsWith(".")) {
    const known = mayUse[part] ?? [];
    return known.some((name) => found.specifier === name) ? undefined : `${where}: ${part} may not use that package`;
  }
  const target = new URL(found.specifier, `file:///${found.from}`).pathname.slice(1);
  if (target.startsWith("..") || target === "package.json") return part === "app" || part === "cli" ? undefined : where;
  const other = partOf(target);
  if (other === part) return undefined;
  if (!allowed.includes(other)) return `${where}: ${part} may not import ${other}`;
  if (other === "azure" && !found.lazy && !found.typeOnly) return `${where}: azure/ is loaded by import() only`;
  return undefined;
}

export function judgeFile(root: string, path: string): readonly string[] {
  const text = readFileSync(`${root}/${path}`, "utf8");
  return importsOf(path, text).flatMap((found) => judgeImport(found) ?? []);
}

function partOf(path: string): string {
  const [first = "", ...rest] = path.split("/");
  return rest.length === 0 ? first.replace(/\.ts$/, "") : first;
}
