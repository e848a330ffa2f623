import type { HttpFunctionOptions, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { getApp } from "../app.ts";
import { answerHealth } from "../http/answers.ts";
import { requireRole } from "../http/principal.ts";
import { answering } from "../http/problem.ts";

/** `GET /health`: 200, or 503 with what is not as it should be. */
export async function getHealth(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answering(context, async () => {
    const app = await getApp();
    requireRole(request, app.config.auth, "Backups.Read");
    return answerHealth(await app.readHealth());
  });
}

export const getHealthOptions: Omit<HttpFunctionOptions, "handler"> = { methods: ["GET"], route: "health" };
