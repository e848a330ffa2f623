import { readFile } from "node:fs/promises";
import type { Command } from "commander";
import { readBlobHeader, type BlobHeader } from "../catalog/blob-header.ts";
import { sha256Of } from "../catalog/hashes.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import { createCommand, openSession, type CommonOptions, type Host } from "./command.ts";
import { exitCodes } from "./exit-code.ts";
import { oneLine } from "./text.ts";

/** `inspect FILE`: needs no service, no settings and no sign-in. */
export const inspectCommand = (host: Host): Command =>
  createCommand({
    usage: "inspect <file>",
    summary: "tell what the outside of a backup file says",
    description:
      "Reads the header of any backup file: of this program, az keyvault key backup, or Backup-AzKeyVaultKey.\n" +
      "The key itself is encrypted; only Key Vault can open it. No service, settings or sign-in are needed.",
    examples: [["inspect signing.backup", "kind, wrapping key, size and SHA-256 of the file"]],
  }).action(async (file: string, options: CommonOptions) => {
    const session = openSession(host, options);
    const bytes = await readBackupFile(file);
    const header = readBlobHeader(bytes);
    const facts = { file, bytes: bytes.byteLength, sha256: sha256Of(bytes), ...header };
    session.report(facts, () => describe(facts));
    if (header.kind === "unrecognised") host.outcome.exitCode = exitCodes.failed;
  });

async function readBackupFile(file: string): Promise<Uint8Array> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    const message = `read ${oneLine(file)}: ${error.code ?? error.name}`;
    throw new KeyBackupError("bad-request", message, { hint: "Give the path of a backup file." });
  });
}

const kinds: Readonly<Record<BlobHeader["kind"], string>> = {
  vault: "a backup from a Key Vault",
  "managed-hsm": "a backup from a Managed HSM",
  unrecognised: "not recognised: no backup of a key, or of a form that this program does not know",
};

function describe({
  file,
  bytes,
  sha256,
  ...header
}: BlobHeader & { file: string; bytes: number; sha256: string }): string {
  return [
    ["file", file],
    ["kind", kinds[header.kind]],
    ["wrapping key", header.wrappingKeyId],
    ["algorithms", [header.algorithm, header.encryption].filter((one) => one !== undefined).join(", ")],
    ["bytes", String(bytes)],
    ["SHA-256", sha256],
  ]
    .filter(([, value]) => value)
    .map(([name = "", value = ""]) => `${name.padEnd(14)}${oneLine(value)}`)
    .join("\n");
}
