import { readBlobHeader } from "../../src/catalog/blob-header.ts";
import { sha256Of } from "../../src/catalog/hashes.ts";
import { bytes, dim, good, say } from "./printing.ts";
import type { Demo } from "./run-demo.ts";
import { readDaily } from "./run-report.ts";

const shown = "TDE-Protector";

/** Reads one backup back from the store and holds it against what the vault says it answered to Backup Key. */
export async function showBackup({ vaults, standIns }: Demo, runId: string): Promise<void> {
  const [vault] = vaults;
  const manifest = vault && (await readDaily(vault, runId));
  const entry = manifest?.keys.find(({ name }) => name === shown);
  const stored = vault && entry?.backup && (await vault.store.daily.read(entry.backup.path));
  if (!vault || !entry?.backup || !stored) throw new Error(`no backup of ${shown} is stored`);
  const header = readBlobHeader(stored);
  const outline = Buffer.from(stored.subarray(0, 39)).toString("latin1");
  const requests = standIns.emulator.vault(vault.name).requests();
  const answered = requests.findLast(({ op, key }) => op === "backup" && key === shown)?.backupSha256;
  say(`  ${vault.store.account}  daily/${entry.backup.path}  (${bytes(stored.length)})`);
  say(`  starts with   ${outline}…`);
  say(`  header        kid ${header.wrappingKeyId ?? ""}, ${header.algorithm ?? ""}, ${header.encryption ?? ""}`);
  say(
    `  versions      ${entry.versions?.length ?? 0}, newest ${entry.versions?.[0] ?? ""}, thumbprint ${entry.thumbprint ?? ""}`,
  );
  say(`  SHA-256       ${sha256Of(stored)}  in the store`);
  say(`                ${entry.backup.sha256}  in the manifest`);
  say(`                ${answered ?? ""}  as Backup Key answered`);
  const equal = sha256Of(stored) === entry.backup.sha256 && answered === entry.backup.sha256;
  if (!equal) throw new Error("the stored bytes are not what Backup Key answered");
  say(
    `  ${good("equal")} ${dim("so `az storage blob download` + `az keyvault key restore --file` works without this program")}`,
  );
}
