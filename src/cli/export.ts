import { writeFile } from "node:fs/promises";
import type { Command } from "commander";
import { sha256Of } from "../catalog/hashes.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import { createCommand, openSession, type Host, type Session } from "./command.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";
import { openApp } from "./open-app.ts";
import { addPointOptions, pointChoice, type PointOptions } from "./point-options.ts";
import { pointData } from "./restore-data.ts";
import { bytesText, minuteText, oneLine } from "./text.ts";

interface ExportOptions extends PointOptions {
  readonly out: string;
}

/** `export VAULT KEY --out FILE`: the way out of this program. */
export const exportCommand = (host: Host): Command =>
  addPointOptions(
    createCommand({
      usage: "export <vault> <key>",
      summary: "write a backup to a file, as az takes it",
      description:
        "Writes exactly the bytes that Backup Key returned, their hash checked, to a new file that only you can read.\n" +
        "A file that is there is never overwritten.",
      examples: [
        ["export contoso-payments signing --out signing.backup", "the newest backup of the key"],
        ["export contoso-payments signing --as-of 2026-11-01 --out old.backup", "the one of the first of November"],
      ],
    }),
  )
    .requiredOption("--out <file>", "where to write it")
    .action(async (vault: string, key: string, options: ExportOptions) => {
      const session = openSession(host, options);
      const { app } = await openApp();
      const { point, bytes, warnings } = await app.exportBackup({ ...pointChoice(vault, options), key });
      for (const { code, message } of warnings) session.logger.warn(`${code}: ${message}`);
      host.outcome.exitCode = await writeNew(options.out, bytes, session);
      if (host.outcome.exitCode !== exitCodes.done) return;
      const file = { file: options.out, bytes: bytes.byteLength, sha256: sha256Of(bytes) };
      session.report({ ...file, point: pointData(point), warnings }, () =>
        [
          `Wrote ${oneLine(options.out)}: ${point.entry.name}, ${bytesText(bytes.byteLength)}, taken ${minuteText(point.entry.backup?.takenAt)}, SHA-256 ${file.sha256}`,
          `To restore it without this program:  az keyvault key restore --vault-name NAME --file ${oneLine(options.out)}`,
        ].join("\n"),
      );
    });

async function writeNew(file: string, bytes: Uint8Array, session: Session): Promise<ExitCode> {
  try {
    await writeFile(file, bytes, { flag: "wx", mode: 0o600 });
    return exitCodes.done;
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    const message = `write ${oneLine(file)}: ${code === "EEXIST" ? "it is there already, and is left as it is" : code}`;
    if (code !== "EEXIST") throw new KeyBackupError("bad-request", message, { hint: "Give the path of a new file." });
    session.report({ refused: { code: "file-exists", message } }, () => `Refused: ${message}.`);
    return exitCodes.refused;
  }
}
