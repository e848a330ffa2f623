import type { Command } from "commander";
import type { KnownPoints } from "../restore/browse.ts";
import { createCommand, openSession, type Host } from "./command.ts";
import { exitCodes } from "./exit-code.ts";
import { sourceNotes } from "./notes.ts";
import { openApp } from "./open-app.ts";
import { addPointOptions, pointChoice, type PointOptions } from "./point-options.ts";
import { pointData } from "./restore-data.ts";
import { bytesText, minuteText, oneLine, table } from "./text.ts";

/** `points VAULT KEY`: every recovery point of one key. */
export const pointsCommand = (host: Host): Command =>
  addPointOptions(
    createCommand({
      usage: "points <vault> <key>",
      summary: "list the recovery points of a key",
      description: "Lists every recovery point of one key over all tiers, newest first. The vault is not called.",
      examples: [
        ["points contoso-payments signing", "every state that the key can be restored to"],
        ["points contoso-payments signing --tier yearly", "of the longest tier only"],
      ],
    }),
  ).action(async (vault: string, key: string, options: PointOptions) => {
    const session = openSession(host, options);
    const { app } = await openApp();
    const known = await app.listRecoveryPoints({ ...pointChoice(vault, options), key });
    session.report({ ...known, points: known.points.map(pointData) }, () => pointsText(key, known));
    if (known.points.length === 0) host.outcome.exitCode = exitCodes.failed;
  });

function pointsText(key: string, known: KnownPoints): string {
  const { vault, points } = known;
  const title = oneLine(`${key} of ${vault}: ${points.length === 0 ? "no recovery point" : "newest first"}`);
  const rows = points.map(({ tier, runId, createdAt, namedBy, entry }) => [
    tier,
    runId,
    minuteText(createdAt),
    minuteText(entry.backup?.takenAt),
    entry.versions?.length,
    entry.versions?.[0]?.slice(0, 8),
    entry.thumbprint?.slice(0, 8),
    entry.backup && bytesText(entry.backup.bytes),
    namedBy === "manifest" ? "" : `named by its ${namedBy} only`,
  ]);
  const head = ["tier", "run", "stored", "backup taken", "versions", "newest", "thumbprint", "size", ""];
  return [title, ...(rows.length > 0 ? ["", table(head, rows)] : []), ...sourceNotes(known)].join("\n");
}
