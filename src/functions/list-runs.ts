import type { HttpFunctionOptions, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { getApp } from "../app.ts";
import { summarizeRun } from "../http/answers.ts";
import { pageOf, readPageRequest } from "../http/paging.ts";
import { requireRole } from "../http/principal.ts";
import { answering } from "../http/problem.ts";

/** `GET /runs`: runs, newest first. */
export async function listRuns(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answering(context, async () => {
    const app = await getApp();
    requireRole(request, app.config.auth, "Backups.Read");
    const { ids, ...next } = pageOf(await app.listRunIds(), readPageRequest(request));
    const runs = await app.readRuns(ids);
    return { jsonBody: { runs: runs.map(summarizeRun), ...next } };
  });
}

export const listRunsOptions: Omit<HttpFunctionOptions, "handler"> = { methods: ["GET"], route: "runs" };
