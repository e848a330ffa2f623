import type { HttpFunctionOptions, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { getApp } from "../app.ts";
import { requireRole } from "../http/principal.ts";
import { answering } from "../http/problem.ts";
import { backupRequestSchema, readBody } from "../http/requests.ts";
import { vaultMessages } from "./vault-messages.ts";

/** `POST /backups`: starts a run, or joins one that is under way. */
export async function requestBackup(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answering(context, async () => {
    const app = await getApp();
    const requestedBy = requireRole(request, app.config.auth, "Backups.Run");
    const body = await readBody(request, backupRequestSchema);
    const { runId, messages, refused, joined } = await app.requestRun({ ...body, requestedBy }, context);
    context.extraOutputs.set(vaultMessages, messages);
    const location = `/api/runs/${runId}`;
    return {
      status: 202,
      headers: { location },
      jsonBody: { runId, location, joined, vaults: messages.length, refused },
    };
  });
}

export const requestBackupOptions: Omit<HttpFunctionOptions, "handler"> = {
  methods: ["POST"],
  route: "backups",
  extraOutputs: [vaultMessages],
};
