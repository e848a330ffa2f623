import type { HttpFunctionOptions, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { getApp } from "../app.ts";
import { answerRun } from "../http/answers.ts";
import { requireRole } from "../http/principal.ts";
import { answering } from "../http/problem.ts";

/** `GET /runs/{runId}`: how far the run is with each of its vaults. */
export async function getRun(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answering(context, async () => {
    const app = await getApp();
    requireRole(request, app.config.auth, "Backups.Read");
    return { jsonBody: answerRun(await app.readRun(request.params["runId"] ?? "")) };
  });
}

export const getRunOptions: Omit<HttpFunctionOptions, "handler"> = { methods: ["GET"], route: "runs/{runId}" };
