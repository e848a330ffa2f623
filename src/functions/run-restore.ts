import type { HttpFunctionOptions, HttpRequest, HttpResponseInit, InvocationContext } from "@azure/functions";
import { getApp } from "../app.ts";
import { requireRole } from "../http/principal.ts";
import { answering } from "../http/problem.ts";
import { answerRestore } from "../http/restore-answers.ts";
import { mostKeysOverHttp, readRestoreRequest } from "../http/restore-requests.ts";

/** The load balancer before the app cuts a call off after 230 s; the key that is begun last needs its time too. */
const timeForKeysInMs = 200_000;

/** `POST /restores`: restores keys, one after another, and proves each. */
export async function runRestore(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  return answering(context, async () => {
    const app = await getApp();
    const requestedBy = requireRole(request, app.config.auth, "Restores.Run");
    const asked = await readRestoreRequest(request);
    const run = { ...asked, requestedBy, timeLimitInMs: timeForKeysInMs, mostKeys: mostKeysOverHttp };
    return answerRestore(await app.runRestore(run, context));
  });
}

export const runRestoreOptions: Omit<HttpFunctionOptions, "handler"> = { methods: ["POST"], route: "restores" };
