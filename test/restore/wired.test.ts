import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startStandIns, type StandIns } from "../../local/stand-ins.ts";
import { createApp, type App } from "../../src/app.ts";
import { readConfig } from "../../src/config/read-config.ts";
import { wireBackup, wireRestore } from "../../src/wiring.ts";
import { createMemoryLogger } from "../memory/memory-logger.ts";

let standIns: StandIns;
let app: App;
const logger = createMemoryLogger();

/** The app over the adapters that are deployed, in this process. */
async function open(replication: string): Promise<App> {
  const env = standIns.env();
  const stores = (env["KEY_BACKUP_STORES"] ?? "").replace("RA-GZRS", replication);
  const result = readConfig({ ...env, KEY_BACKUP_STORES: stores, KEY_BACKUP_ROLE: "restore", KEY_BACKUP_SCHEDULE: "" });
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return createApp(result.config, await wireBackup(result.config, "0.1.0"), await wireRestore(result.config, "0.1.0"));
}

beforeAll(async () => {
  standIns = await startStandIns({
    vaults: [
      { name: "payments", region: "westeurope", keys: [{ name: "curve", type: "EC" }] },
      { name: "spare", region: "northeurope", sku: "premium" },
    ],
    stores: [{ account: "europestore", region: "westeurope", replication: "RA-GZRS" }],
  });
  app = await open("RA-GZRS");
  const { messages } = await app.requestRun({ vaults: ["payments"], requestedBy: "a test" }, logger);
  for (const message of messages) await app.backUpVault(message, logger);
});
afterAll(() => standIns.close());

const request = { vault: "payments", keys: "all", target: "spare" } as const;

describe("the app with the role restore", () => {
  it("reads the store's replica when asked to, and restores from it", async () => {
    const plan = await app.planRestore({ ...request, secondary: true }, logger);
    expect(plan).toMatchObject({ status: "allowed", keys: [{ name: "curve", decision: "restore" }] });
    expect(plan.keys[0]?.point?.store.url).toMatch(/\/europestore-secondary$/);
    const run = { ...request, secondary: true, confirm: "spare", requestedBy: "a test" };
    expect(await app.runRestore(run, logger)).toMatchObject({ status: "succeeded", warnings: [] });
    expect(standIns.emulator.vault("spare").keyNames()).toEqual(["curve"]);
  });

  it("has no replica to read where the replication gives none", async () => {
    const other = await open("GZRS");
    await expect(other.planRestore({ ...request, secondary: true }, logger)).rejects.toMatchObject({
      code: "bad-request",
      problems: [expect.stringContaining("RA-GZRS")],
    });
  });

  it("shows what can be restored", async () => {
    expect(await app.listVaults()).toMatchObject([{ vault: "payments", name: "payments", newest: { keys: 1 } }]);
    expect(await app.listKeys({ vault: "payments" })).toMatchObject({ keys: [{ name: "curve" }], warnings: [] });
    const { points } = await app.listRecoveryPoints({ vault: "payments", key: "curve" });
    expect(points.map(({ tier }) => tier).toSorted()).toEqual(["daily", "monthly", "yearly"]);
    const { bytes } = await app.exportBackup({ vault: "payments", key: "curve", tier: "yearly" });
    expect(Buffer.from(bytes.subarray(1, 39)).toString()).toBe("AzureKeyVaultKeyBackupV1.microsoft.com");
  });
});
