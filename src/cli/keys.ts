import type { Command } from "commander";
import type { KeyEntry } from "../catalog/entry.ts";
import type { KnownKeys } from "../restore/browse.ts";
import { createCommand, openSession, type Host } from "./command.ts";
import { sourceNotes } from "./notes.ts";
import { openApp } from "./open-app.ts";
import { addPointOptions, pointChoice, type PointOptions } from "./point-options.ts";
import { minuteText, oneLine, table } from "./text.ts";

/** `keys VAULT`: the keys of a vault as its newest good manifest names them. */
export const keysCommand = (host: Host): Command =>
  addPointOptions(
    createCommand({
      usage: "keys <vault>",
      summary: "list the keys of a vault, and their last backups",
      description:
        "Lists the keys of a vault as its newest good manifest names them, deleted ones too. The vault is not called.",
      examples: [
        ["keys contoso-payments", "its keys, and how old their backups are"],
        ["keys contoso-payments --as-of 2026-11-01", "as of the first of November"],
        ["keys retired.vault.azure.net", "of a vault that no longer exists"],
      ],
    }),
  ).action(async (vault: string, options: PointOptions) => {
    const session = openSession(host, options);
    const { app } = await openApp();
    const known = await app.listKeys(pointChoice(vault, options));
    session.report(known, () => keysText(known));
  });

function keysText(known: KnownKeys): string {
  const { vault, runId, createdAt, keys } = known;
  const origin = runId === undefined ? "from the backups themselves" : `run ${runId}, stored ${minuteText(createdAt)}`;
  const title = oneLine(`${vault}: ${origin}`);
  const head = ["key", "outcome", "type", "versions", "enabled", "expires", "backup taken", "code"];
  return [title, "", table(head, keys.map(row)), ...sourceNotes(known)].join("\n");
}

const row = (entry: KeyEntry): readonly (string | number | undefined)[] => [
  entry.name,
  entry.outcome,
  entry.keyType,
  entry.versions?.length,
  entry.enabled === undefined ? "" : entry.enabled ? "yes" : "no",
  minuteText(entry.expiresAt),
  minuteText(entry.backup?.takenAt),
  entry.code,
];
