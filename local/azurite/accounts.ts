/** Azurite's well-known account and key, published in its documentation. Every local account uses this key. */
export const defaultAccount = "devstoreaccount1";
export const accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

/**
 * Makes accounts known to every Azurite of this process. Azurite reads AZURITE_ACCOUNTS when a server starts and again
 * every minute, so accounts are only ever added: a removed one would vanish under a server that still serves it.
 */
export function declareAccounts(names: readonly string[]): void {
  const known = new Map((process.env["AZURITE_ACCOUNTS"] ?? "").split(";").flatMap(parseAccount));
  for (const name of [defaultAccount, ...names]) {
    known.set(name, accountKey);
  }
  process.env["AZURITE_ACCOUNTS"] = [...known].map(([name, key]) => `${name}:${key}`).join(";");
}

function parseAccount(entry: string): [string, string][] {
  const separator = entry.indexOf(":");
  return separator < 1 ? [] : [[entry.slice(0, separator), entry.slice(separator + 1)]];
}
