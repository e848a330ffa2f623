import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { alertNamed, firing, hoursAgo, type Rows } from "./run-alert.ts";
import { BicepServer } from "../bicep-server.ts";
import { deployedQueries, principals } from "./deployed-queries.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

let deployed: Awaited<ReturnType<typeof deployedQueries>> = { alerts: [], items: [] };
beforeAll(async () => {
  deployed = await deployedQueries(bicep);
});

const fire = (name: string, rows: Rows, absent: readonly string[] = []) =>
  firing(alertNamed(deployed.alerts, `prod-westeurope-${name}`), rows, absent);
const { backup, restore } = principals;
const other = "0badc0de-0000-4000-8000-000000000009";
const TimeGenerated = hoursAgo(0.5);
const longClaim = "http://schemas.microsoft.com/identity/claims/objectidentifier";

describe("unexpected-key-operation", () => {
  const vault =
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourcegroups/rg-shop/providers/microsoft.keyvault/vaults/kv-shop-prod";
  // As in the samples of both tables: tokens of apps carry `oid`, others the long name; a challenge carries none.
  const audit = (OperationName: string, claim: Readonly<Record<string, string>>, status: number) => ({
    AZKVAuditLogs: [
      {
        TimeGenerated,
        OperationName,
        Identity: { claim },
        HttpStatusCode: BigInt(status),
        _ResourceId: vault,
        CallerIpAddress: "198.51.100.7",
      },
    ],
  });
  const diagnostics = (OperationName: string, claim: Readonly<Record<string, string>>, status: number) => ({
    AzureDiagnostics: [
      {
        TimeGenerated,
        OperationName,
        ResourceType: "VAULTS",
        httpStatusCode_d: status,
        _ResourceId: vault,
        CallerIPAddress: "198.51.100.7",
        ...(claim["oid"] !== undefined && { identity_claim_oid_g: claim["oid"] }),
        ...(claim[longClaim] !== undefined && {
          identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier_g: claim[longClaim],
        }),
      },
    ],
  });

  describe.each([
    ["AZKVAuditLogs", audit],
    ["AzureDiagnostics", diagnostics],
  ])("in %s", (_table, rows) => {
    it.each([
      ["our backup", "KeyBackup", { oid: backup }, 200, false],
      ["our backup, its claim under the long name", "KeyBackup", { [longClaim]: backup }, 200, false],
      ["our backup, its claim in capitals", "KeyBackup", { oid: backup.toUpperCase() }, 200, false],
      ["our restore", "KeyRestore", { oid: restore }, 200, false],
      ["our backup, refused", "KeyBackup", { oid: backup }, 403, false],
      ["a backup by another", "KeyBackup", { oid: other }, 200, true],
      ["a backup by another, the claim under the long name", "KeyBackup", { [longClaim]: other }, 200, true],
      ["a backup by another, refused", "KeyBackup", { oid: other }, 403, true],
      ["a backup by the identity for restores", "KeyBackup", { oid: restore }, 200, true],
      ["a restore by the identity for backups", "KeyRestore", { oid: backup }, 200, true],
      ["a restore by another", "KeyRestore", { oid: other }, 200, true],
      ["a backup by nobody that is named", "KeyBackup", {}, 200, true],
      ["the challenge before a call", "KeyBackup", {}, 401, false],
      ["another operation by another", "KeyGet", { oid: other }, 200, false],
    ])("%s", (_case, operation, claim, status, fires) => {
      expect(fire("unexpected-key-operation", rows(operation, claim, status))).toHaveLength(fires ? 1 : 0);
    });
  });

  it("says who did it to which vault, from where", () => {
    const expected = [
      {
        TimeGenerated,
        vault,
        OperationName: "KeyRestore",
        statusCode: 403n,
        caller: other,
        callerAddress: "198.51.100.7",
        expected: restore,
      },
    ];
    expect(fire("unexpected-key-operation", audit("KeyRestore", { oid: other }, 403))).toEqual(expected);
    expect(fire("unexpected-key-operation", diagnostics("KeyRestore", { oid: other }, 403))).toEqual(expected);
  });

  it("reads both tables at once, and one that never had such columns", () => {
    const rows = { ...audit("KeyBackup", { oid: other }, 200), ...diagnostics("KeyBackup", { oid: other }, 200) };
    expect(fire("unexpected-key-operation", rows)).toHaveLength(2);
    const never = Object.keys(diagnostics("", { oid: "", [longClaim]: "" }, 0).AzureDiagnostics[0] ?? {}).filter(
      (name) => /_[dg]$/.test(name),
    );
    expect(never).toHaveLength(3);
    const bare = { AzureDiagnostics: [{ TimeGenerated, OperationName: "KeyBackup", ResourceType: "VAULTS" }] };
    expect(fire("unexpected-key-operation", bare, never)).toHaveLength(1);
  });

  it("takes every restore for unexpected where nobody may restore", () => {
    const alert = alertNamed(deployed.alerts, "prod-westeurope-unexpected-key-operation");
    const withoutRestore = { ...alert, query: alert.query.replace(restore, "") };
    expect(firing(withoutRestore, audit("KeyRestore", { oid: restore }, 200))).toHaveLength(1);
    expect(firing(withoutRestore, audit("KeyRestore", {}, 200))).toHaveLength(1);
    expect(firing(withoutRestore, audit("KeyBackup", { oid: backup }, 200))).toHaveLength(0);
  });
});

const storeOf = (name: string) =>
  /AccountName == "(\w+)"/.exec(alertNamed(deployed.alerts, `prod-westeurope-${name}`).query)?.[1] ?? "";
type Change = Readonly<Record<string, string>>;

describe("backup-read-by-others", () => {
  const read = (change: Change) =>
    fire("backup-read-by-others", {
      StorageBlobLogs: [
        {
          TimeGenerated,
          AccountName: storeOf("backup-read-by-others"),
          OperationName: "GetBlob",
          StatusCode: "200",
          AuthenticationType: "OAuth",
          RequesterObjectId: other,
          ...change,
        },
      ],
    });

  it.each([
    ["by another", {}, true],
    ["by another, a part of it", { StatusCode: "206" }, true],
    ["by another, a query of it", { OperationName: "QueryBlobContents" }, true],
    ["by another, a copy of it", { OperationName: "CopyBlobSource", StatusCode: "202" }, true],
    ["by another, through the Data Lake endpoint", { OperationName: "ReadFile" }, true],
    ["with a signature, or without anything", { AuthenticationType: "SAS", RequesterObjectId: "" }, true],
    ["by another, refused", { StatusCode: "403" }, false],
    ["by the identity for backups", { RequesterObjectId: backup }, false],
    ["by the identity for restores", { RequesterObjectId: restore }, false],
    ["by the identity for restores, in capitals", { RequesterObjectId: restore.toUpperCase() }, false],
    ["only of its properties", { OperationName: "GetBlobProperties" }, false],
    ["in another account", { AccountName: "other" }, false],
  ])("%s", (_case, change, fires) => {
    expect(read(change)).toHaveLength(fires ? 1 : 0);
  });

  it("fires for a signature where nobody may restore, too", () => {
    const alert = alertNamed(deployed.alerts, "prod-westeurope-backup-read-by-others");
    const row = {
      TimeGenerated,
      AccountName: storeOf("backup-read-by-others"),
      OperationName: "GetBlob",
      StatusCode: "200",
      AuthenticationType: "SAS",
    };
    expect(firing({ ...alert, query: alert.query.replace(restore, "") }, { StorageBlobLogs: [row] })).toHaveLength(1);
  });
});

describe("backup-deleted", () => {
  const scanner = '"xAzure/1.0 AzureStorage/1.0 ObjectLifeCycleScanner/0.50"';
  const remove = (change: Change) =>
    fire("backup-deleted", {
      StorageBlobLogs: [
        {
          TimeGenerated,
          AccountName: storeOf("backup-deleted"),
          OperationName: "DeleteBlob",
          StatusCode: "202",
          AuthenticationType: "OAuth",
          RequesterObjectId: other,
          UserAgentHeader: '"azsdk-js"',
          ...change,
        },
      ],
    });
  const lifecycle = { AuthenticationType: "TrustedAccess", RequesterObjectId: "", UserAgentHeader: scanner };

  it.each([
    ["by anybody", {}, true],
    ["by our own identity", { RequesterObjectId: backup }, true],
    ["that was refused for rights", { StatusCode: "403" }, true],
    ["that was refused for immutability", { StatusCode: "409" }, true],
    ["of a container", { OperationName: "DeleteContainer" }, true],
    ["of a path", { OperationName: "DeletePathFile" }, true],
    ["through the portal's resource provider", { ...lifecycle, UserAgentHeader: '"SRP/1.0"' }, true],
    ["by the lifecycle", lifecycle, false],
    ["by the lifecycle, whose way in is not named", { ...lifecycle, AuthenticationType: "" }, false],
    ["by the lifecycle under its other name", { ...lifecycle, UserAgentHeader: '"OLCMScanner/1.0"' }, false],
    ["with the lifecycle's user agent and an identity", { UserAgentHeader: scanner }, true],
    [
      "with the lifecycle's user agent and an identity, its way in as for the lifecycle",
      { ...lifecycle, RequesterObjectId: other },
      true,
    ],
    ["with the lifecycle's user agent and a token without a name", { ...lifecycle, AuthenticationType: "OAuth" }, true],
    ["with the lifecycle's user agent and a signature", { ...lifecycle, AuthenticationType: "SAS" }, true],
    ["with the lifecycle's user agent and a signature by key", { ...lifecycle, AuthenticationType: "SAS Key" }, true],
    [
      "with the lifecycle's user agent and a delegated signature",
      { ...lifecycle, AuthenticationType: "DelegationSas" },
      true,
    ],
    ["with the lifecycle's user agent and the account's key", { ...lifecycle, AuthenticationType: "AccountKey" }, true],
    ["with the lifecycle's user agent and nothing", { ...lifecycle, AuthenticationType: "Anonymous" }, true],
    [
      "with a user agent that only begins like the lifecycle's",
      { ...lifecycle, UserAgentHeader: '"ObjectLifeCycleScannerX/1"' },
      true,
    ],
    ["that is undone", { OperationName: "UndeleteBlob" }, false],
    ["that is a write", { OperationName: "PutBlob" }, false],
    ["in another account", { AccountName: "other" }, false],
  ])("%s", (_case, change, fires) => {
    expect(remove(change)).toHaveLength(fires ? 1 : 0);
  });
});
