import { beforeEach, expect, it } from "vitest";
import { errorCodes, type ErrorCode } from "../../src/errors/codes.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import { checks, type Finding } from "../../src/doctor/finding.ts";
import { createMemoryKeyVault, type KeyVaultOp } from "../memory/memory-key-vault.ts";
import { aKey, aVault, findingOf, openClinic, versionIds, type Clinic } from "./clinic.ts";

const storeUrl = "https://europe.blob.core.windows.net";
const error = (code: ErrorCode, status?: number) =>
  new KeyBackupError(code, `ask: ${status ?? code}`, status === undefined ? {} : { status });
const notGood = (findings: readonly Finding[]) => findings.filter(({ state }) => state !== "good");

let clinic: Clinic;
beforeEach(async () => {
  clinic = openClinic();
  await clinic.storeManifest();
});

it("finds every check good where nothing is wrong", async () => {
  const sendToRestore = async () => Promise.reject(error("backup-malformed", 400));
  const findings = await clinic.examine({ sendToRestore });
  expect(notGood(findings)).toEqual([]);
  expect(new Set(findings.map(({ check }) => check))).toEqual(new Set(checks));
});

it("changes nothing: not a blob more, no key backed up", async () => {
  const before = Object.values(clinic.containers).map(({ blobs }) => [...blobs.keys()]);
  await clinic.examine();
  expect(Object.values(clinic.containers).map(({ blobs }) => [...blobs.keys()])).toEqual(before);
  const backups = clinic.keyVault.calls.filter((call) => call.startsWith("backupKey"));
  expect(backups).toEqual([expect.stringMatching(/^backupKey key-backup-doctor-[0-9a-f]{16}$/)]);
});

it.each([
  ["listKeys", "list", "vault-forbidden-rbac"],
  ["getKey", "get", "vault-forbidden-policy"],
  ["backupKey", "backup", "vault-forbidden-rbac"],
] as const)("finds that %s is not allowed", async (op: KeyVaultOp, check, code) => {
  clinic.keyVault.fault(op, "*", error(code, 403));
  const finding = findingOf(await clinic.examine(), check);
  expect(finding).toMatchObject({ state: "failed", code, remedy: errorCodes[code].hint });
});

it("only warns of rotation policies that can't be read", async () => {
  clinic.keyVault.fault("getRotationPolicy", "*", error("vault-forbidden-policy", 403));
  expect(findingOf(await clinic.examine(), "rotation-policy")).toMatchObject({ state: "warning" });
});

it.each([["vault-unreachable"], ["vault-forbidden-firewall"], ["vault-timeout"], ["credential-unavailable"]] as const)(
  "says nothing of rights behind %s",
  async (code) => {
    clinic.keyVault.fault("listKeys", "*", error(code));
    const findings = await clinic.examine({ sendToRestore: async () => Promise.reject(error(code)) });
    expect(findingOf(findings, "reachable")).toMatchObject({ state: "failed", code });
    for (const check of ["list", "get", "backup", "restore", "region", "tenant"] as const)
      expect(findingOf(findings, check).state).toBe("not-probed");
  },
);

it.each([
  ["another geography", "eastus", "warn", "failed", "observed-region-differs"],
  ["another region of the geography", "northeurope", "warn", "warning", "region-differs"],
  ["the same, where that is not enough", "northeurope", "require", "failed", "observed-region-unverified"],
  ["no word of the region", undefined, "warn", "warning", "region-unverified"],
] as const)("finds that the vault answers with %s", async (_case, region, observedRegion, state, code) => {
  clinic.keyVault.setRegion(region);
  expect(findingOf(await clinic.examine({ observedRegion }), "region")).toMatchObject({ state, code });
});

it("finds a vault whose tenant is another than at the last run", async () => {
  clinic = openClinic();
  await clinic.storeManifest({ tenantId: "00000000-0000-4000-8000-00000000000a" });
  expect(findingOf(await clinic.examine(), "tenant")).toMatchObject({ state: "failed", code: "tenant-differs" });
});

it("finds two tenants in one subscription", async () => {
  const other = createMemoryKeyVault({ clock: clinic.clock, region: "westeurope", tenantId: "another-tenant" });
  const neighbour = aVault({ name: "fabrikam", host: "fabrikam.vault.azure.net" });
  const findings = await clinic.examine({
    openVault: ({ name }) => (name === "fabrikam" ? other : clinic.keyVault),
    vaults: clinic.placesOf([aVault(), neighbour]),
  });
  expect(findingOf(findings, "tenant", "fabrikam")).toMatchObject({ state: "failed", code: "tenant-differs" });
});

it.each([
  ["daily", "store-forbidden", "failed"],
  ["yearly", "store-container-missing", "failed"],
  ["restores", "store-forbidden", "warning"],
] as const)("finds that %s takes no new blobs (%s)", async (container, code, state) => {
  clinic.probes.set(container, { refusal: error(code, 403), serverAt: clinic.clock.now() });
  const finding = findingOf(await clinic.examine(), "store-create", storeUrl);
  expect(finding).toMatchObject({ state, code });
  expect(finding.message).toContain(container);
});

it.each([["store-forbidden"], ["credential-unavailable"]] as const)(
  "finds a store that can't be read (%s), and says so of its vaults",
  async (code) => {
    clinic.containers.daily.failNext({ op: "list", error: error(code), times: 9 });
    const findings = await clinic.examine();
    expect(findingOf(findings, "store-read", storeUrl)).toMatchObject({ state: "failed", code });
    expect(findingOf(findings, "last-run").state).toBe("not-probed");
  },
);

it.each([
  [20, "good"],
  [-90, "warning"],
  [90, "warning"],
  [-400, "failed"],
] as const)("judges a store's clock that is %s s off as %s", async (offInS, state) => {
  clinic.probes.set("daily", { serverAt: new Date(clinic.clock.now().getTime() + offInS * 1000) });
  expect(findingOf(await clinic.examine(), "clock", storeUrl).state).toBe(state);
});

it("says that the clock was not compared where no store tells its time", async () => {
  for (const name of Object.keys(clinic.containers)) clinic.probes.set(name, { refusal: error("store-unreachable") });
  expect(findingOf(await clinic.examine(), "clock", storeUrl).state).toBe("not-probed");
});

it.each([
  ["never", undefined, "failed", "never-backed-up"],
  ["five days ago", { daysAgo: 5 }, "failed", "late"],
  ["to a failed end only", { status: "failed" }, "failed", "never-backed-up"],
  [
    "with a key that failed",
    { status: "partial", keys: [aKey("a", { outcome: "failed" })] },
    "warning",
    "last-run-partial",
  ],
] as const)("finds that the last run went %s", async (_case, manifest, state, code) => {
  clinic = openClinic();
  if (manifest) await clinic.storeManifest(manifest);
  expect(findingOf(await clinic.examine(), "last-run")).toMatchObject({ state, code });
});

it.each([
  [439, "good", undefined],
  [440, "warning", "many-versions"],
  [500, "failed", "key-too-many-versions"],
] as const)("judges a key of %s versions as %s", async (count, state, code) => {
  clinic = openClinic();
  await clinic.storeManifest({ keys: [aKey("old", { versions: versionIds(count) })] });
  expect(findingOf(await clinic.examine(), "versions")).toMatchObject({ state, ...(code && { code }) });
});

it("reports a manifest that was altered", async () => {
  for (const [path, blob] of clinic.containers.daily.blobs)
    clinic.containers.daily.blobs.set(path, { ...blob, content: blob.content.slice(0, -20) });
  const findings = await clinic.examine();
  expect(findings.some(({ code, state }) => code === "manifest-damaged" && state === "warning")).toBe(true);
});

it.each([
  ["LRS", "westeurope", "warning", "one-region"],
  ["ZRS", "westeurope", "warning", "one-region"],
  ["LRS", "northeurope", "good", undefined],
  ["GZRS", "westeurope", "good", undefined],
] as const)("judges %s in %s for a vault in westeurope as %s", async (replication, region, state, code) => {
  const vaults = clinic.placesOf([aVault()]).map((one) => ({ ...one, store: { ...one.store, replication, region } }));
  expect(findingOf(await clinic.examine({ vaults }), "replication")).toMatchObject({ state, ...(code && { code }) });
});

it("finds a store whose replication leaves its geography", async () => {
  const stores = clinic.stores.map(({ store, containers }) => ({
    store: { ...store, region: "brazilsouth", replication: "GRS" },
    containers,
  }));
  const finding = findingOf(await clinic.examine({ stores }), "replication", storeUrl);
  expect(finding).toMatchObject({ state: "failed", code: "replication-leaves-geography" });
});

it("warns of what the geography rule allows and doubts", async () => {
  const warnings = [{ code: "dod-regions", message: "usdodeast and usdodcentral may be apart" }];
  const vaults = clinic.placesOf([aVault()]).map((one) => ({ ...one, warnings }));
  expect(findingOf(await clinic.examine({ vaults }), "geography")).toMatchObject({
    state: "warning",
    code: "dod-regions",
  });
});

it("reports vaults that the configuration leaves out", async () => {
  const vaultProblems = [
    { vault: "tailspin", code: "no-store-in-geography", message: "no store is in Japan" },
  ] as const;
  const finding = findingOf(await clinic.examine({ vaultProblems }), "settings", "tailspin");
  expect(finding).toMatchObject({ state: "failed", code: "no-store-in-geography" });
});

it.each([
  ["backup-malformed", "good", ""],
  ["vault-forbidden-rbac", "failed", "keys/restore/action"],
  ["vault-unavailable", "failed", "service health"],
] as const)("reads %s from Restore Key as %s", async (code, state, remedy) => {
  const sent: Uint8Array[] = [];
  const sendToRestore = async (_vault: unknown, bytes: Uint8Array) => {
    sent.push(bytes);
    throw error(code, 403);
  };
  const finding = findingOf(await clinic.examine({ sendToRestore }), "restore");
  expect(finding.state).toBe(state);
  expect(finding.remedy ?? "").toContain(remedy);
  expect(sent.map((bytes) => Buffer.from(bytes).toString())).toEqual([expect.stringContaining("not a backup")]);
});

it("gives a remedy with everything that is not good", async () => {
  clinic = openClinic();
  clinic.keyVault.setRegion(undefined);
  clinic.keyVault.fault("backupKey", "*", error("vault-forbidden-rbac", 403));
  clinic.probes.set("daily", { refusal: error("store-forbidden", 403) });
  const findings = notGood(await clinic.examine());
  expect(findings.length).toBeGreaterThan(4);
  expect(findings.filter(({ remedy }) => (remedy ?? "").length < 15)).toEqual([]);
});

it("asks a vault that is only restored to for its region and the right to restore, and for nothing else", async () => {
  const spare = aVault({ name: "spare", host: "spare.vault.azure.net", region: "northeurope" });
  const sendToRestore = async () => Promise.reject(error("vault-forbidden-rbac", 403));
  const findings = await clinic.examine({ spares: [spare], sendToRestore });
  const ofSpare = findings.filter(({ subject }) => subject === "spare");
  expect(ofSpare.map(({ check, state }) => [check, state])).toEqual([
    ["reachable", "good"],
    ["restore", "failed"],
    ["region", "warning"],
  ]);
});

it("says nothing of the region of a spare vault whose keys it may not list", async () => {
  clinic.keyVault.fault("listKeys", "*", error("vault-forbidden-rbac", 403));
  const findings = await clinic.examine({ spares: [aVault({ name: "spare" })] });
  expect(findings.filter(({ subject }) => subject === "spare").map(({ check }) => check)).toEqual(["reachable"]);
});
