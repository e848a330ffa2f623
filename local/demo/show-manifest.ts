import type { DemoVault } from "./open-stores.ts";
import { bad, dim, good, say } from "./printing.ts";
import type { Demo } from "./run-demo.ts";
import { readDaily } from "./run-report.ts";

/** The vault whose configured region is not where it is. */
export async function showRefusal({ vaults, standIns }: Demo, runId: string): Promise<void> {
  const vault = vaults.find(({ name }) => name === "contoso-archive");
  const manifest = vault && (await readDaily(vault, runId));
  if (!vault || manifest?.head.code === undefined) throw new Error("the vault in the wrong region was not refused");
  say(`  ${bad(manifest.head.code)}: ${manifest.head.reason ?? ""}`);
  const backups = standIns.emulator
    .vault(vault.name)
    .requests()
    .filter(({ op }) => op === "backup").length;
  if (backups > 0) throw new Error(`the refused vault was asked for ${backups} backups`);
  say(
    `  ${good("0")} calls of Backup Key reached it. ${dim("/api/health says so too, and answers 503 until it is corrected.")}`,
  );
}

/** A deleted key is named, and its last backup is kept in every tier. */
export async function showDeletedKey(_demo: Demo, runId: string, vault: DemoVault | undefined): Promise<void> {
  const manifest = vault && (await readDaily(vault, runId));
  const entry = manifest?.keys.find(({ outcome }) => outcome === "deleted");
  if (!entry?.backup || !entry.deleted) throw new Error("the deleted key is not accounted for");
  say(`\n  ${entry.name} was deleted from ${vault?.name ?? ""}. Its last backup stays:`);
  say(`  daily/${entry.backup.path}, and a copy in ${entry.deleted.keptIn.join(" and ")}`);
}
