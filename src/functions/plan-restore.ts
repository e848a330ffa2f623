import type { HttpFunctionOptions, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { getApp } from "../app.ts";
import { requireRole } from "../http/principal.ts";
import { answering } from "../http/problem.ts";
import { answerPlan } from "../http/restore-answers.ts";
import { readPlanRequest } from "../http/restore-requests.ts";

/** So many are read well within the 230 s after which the load balancer cuts a call off. */
const mostKeys = 500;

/** `POST /restores/plan`: what a restore would do, with every reason against it. Changes nothing. */
export async function planRestore(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answering(context, async () => {
    const app = await getApp();
    requireRole(request, app.config.auth, "Restores.Plan");
    const asked = await readPlanRequest(request);
    return { jsonBody: answerPlan(await app.planRestore({ ...asked, mostKeys }, context)) };
  });
}

export const planRestoreOptions: Omit<HttpFunctionOptions, "handler"> = { methods: ["POST"], route: "restores/plan" };
