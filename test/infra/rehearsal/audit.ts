import type { IncomingMessage } from "node:http";
import { logTable, type LogRow } from "../alerts/kusto/log-table.ts";
import { run } from "../alerts/kusto/run.ts";
import type { Resource } from "../bicep.ts";
import type { RunningApp } from "./app.ts";
import { vaultAction } from "./actions.ts";
import type { Handler } from "./gateway.ts";
import { resolve } from "./resolve.ts";
import { audiences, type TokenIssuer } from "./tokens.ts";

type Table = "StorageBlobLogs" | "AZKVAuditLogs";

/** What Storage and Key Vault write to the workspace, through the diagnostic settings, about each request that they answered. */
export interface Audit {
  readonly rows: Readonly<Record<Table, LogRow[]>>;
  /** The same handler, each answer of which is logged. */
  record(table: Table, handler: Handler): Handler;
}

export function openAudit(issuer: TokenIssuer): Audit {
  const rows: Record<Table, LogRow[]> = { StorageBlobLogs: [], AZKVAuditLogs: [] };
  return {
    rows,
    record: (table, handler) => async (request, response, host) => {
      const { audience, rowOf } = logged[table];
      const caller = await issuer.verify(request.headers.authorization, audience);
      await handler(request, response, host);
      rows[table].push(rowOf(request, host, response.statusCode, caller?.oid ?? ""));
    },
  };
}

const keyOperations: Readonly<Record<string, string>> = {
  "keys/backup/action": "KeyBackup",
  "keys/restore/action": "KeyRestore",
  "keys/delete": "KeyDelete",
};

function vaultRow({ method = "", url = "" }: IncomingMessage, host: string, status: number, oid: string): LogRow {
  const action = vaultAction(method, new URL(url, `https://${host}`).pathname) ?? "";
  return {
    TimeGenerated: new Date(),
    OperationName: keyOperations[action.replace("Microsoft.KeyVault/vaults/", "")] ?? "KeyGet",
    HttpStatusCode: BigInt(status),
    Identity: oid === "" ? {} : { claim: { "http://schemas.microsoft.com/identity/claims/objectidentifier": oid } },
    CallerIpAddress: "127.0.0.1",
    _ResourceId: host.split(".")[0] ?? "",
  };
}

function blobRow({ method = "", url = "" }: IncomingMessage, host: string, status: number, oid: string): LogRow {
  const { pathname, searchParams } = new URL(url, `https://${host}`);
  const read = searchParams.get("comp") === "list" ? "ListBlobs" : "GetBlob";
  const operation = { GET: read, HEAD: "GetBlobProperties", DELETE: "DeleteBlob" }[method] ?? "PutBlob";
  return {
    TimeGenerated: new Date(),
    AccountName: host.split(".")[0] ?? "",
    OperationName: operation,
    StatusCode: String(status),
    Uri: `https://${host}:443${pathname}`,
    AuthenticationType: "OAuth",
    RequesterObjectId: oid,
    UserAgentHeader: "rehearsal",
  };
}

const logged = {
  AZKVAuditLogs: { audience: audiences.vault, rowOf: vaultRow },
  StorageBlobLogs: { audience: audiences.storage, rowOf: blobRow },
} as const;

/** What the host sends to Application Insights of what an app logs. */
export const tracesOf = ({ host }: RunningApp): LogRow[] =>
  host.logs().map(({ time, message }) => ({ TimeGenerated: new Date(time), Message: message }));

/** The deployed alerts that would tell somebody now, five minutes after the last row, by the end of their names. */
export function firingAlerts(
  resources: readonly Resource[],
  rows: Readonly<Record<string, readonly LogRow[]>>,
): string[] {
  const tables = Object.fromEntries(
    (["AppTraces", "StorageBlobLogs", "AZKVAuditLogs", "AzureActivity"] as const).map((name) => [
      name,
      logTable(name, rows[name] ?? []),
    ]),
  );
  const now = new Date(Date.now() + 5 * 60_000);
  return resources
    .filter(({ type }) => type === "Microsoft.Insights/scheduledQueryRules")
    .filter(({ properties }) => run(String(resolve(properties.criteria.allOf[0].query)), tables, now).rows.length > 0)
    .map(({ name }) => name.replace(/^[a-z]+-(westeurope|brazilsouth|eastus2)-/, ""));
}
