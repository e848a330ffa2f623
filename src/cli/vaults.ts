import type { Command } from "commander";
import type { KnownVault } from "../restore/browse.ts";
import { createCommand, openSession, type CommonOptions, type Host } from "./command.ts";
import { openApp } from "./open-app.ts";
import { minuteText, table } from "./text.ts";

/** `vaults`: what the stores know, and which configured vaults they do not know. */
export const vaultsCommand = (host: Host): Command =>
  createCommand({
    usage: "vaults",
    summary: "list the vaults that have recovery points",
    description:
      "Lists every vault that a store has recovery points of, vaults that no longer exist among them,\n" +
      "and configured vaults that have none. Only the stores are read.",
    examples: [
      ["vaults", "since when each vault is backed up, and how its last run went"],
      ["vaults --json", "the same, for a script"],
    ],
  }).action(async (options: CommonOptions) => {
    const session = openSession(host, options);
    const { app, config } = await openApp();
    const known = await app.listVaults();
    const seen = new Set(known.map(({ vault }) => vault));
    const missing = config.vaults.filter(({ backup, host: name }) => backup && !seen.has(name.toLowerCase()));
    const withoutBackup = missing.map(({ name }) => name);
    const data = { vaults: known.map(vaultData), withoutBackup };
    session.report(data, () => vaultsTable(known, withoutBackup));
  });

const vaultData = ({ store, name, ...known }: KnownVault): object => ({
  ...known,
  configured: name !== undefined,
  ...(name !== undefined && { name }),
  store: store.url,
  geography: store.geography,
});

function vaultsTable(known: readonly KnownVault[], withoutBackup: readonly string[]): string {
  if (known.length + withoutBackup.length === 0) return "No store knows a vault.";
  const rows = known.map(({ vault, name, store, recoveryPoints, oldestAt, newest }) => [
    name ?? vault,
    store.geography,
    name === undefined ? "no" : "yes",
    recoveryPoints,
    minuteText(oldestAt),
    minuteText(newest.createdAt),
    newest.status,
    newest.keys,
    newest.failed,
  ]);
  const missing = withoutBackup.map((name) => [name, "", "yes", 0, "", "", "never backed up"]);
  const head = ["vault", "geography", "configured", "points", "oldest", "newest", "status", "keys", "failed"];
  return table(head, [...rows, ...missing]);
}
