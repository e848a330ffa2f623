import { createHash, randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { checkPermission, checkToken } from "./authorization.ts";
import type { Answer, Call, Route } from "./call.ts";
import { type Delivery, deliver } from "./delivery.ts";
import { applyEffect } from "./effects.ts";
import { errorOf, spoilBody } from "./fault-answer.ts";
import type { Fault } from "./fault-rule.ts";
import { badParameter, ServiceError, throttled } from "./service-error.ts";
import { newestOf } from "./key-record.ts";
import { costOf } from "./throttle.ts";

const apiVersions = /^(2016-10-01|7\.[0-6](-preview\.\d)?|2025-07-01|2026-03-01-preview)$/;

/** One request from arrival to answer: log, latency, token, fault, throttle, permission, work. */
export async function serve(call: Call, handle: Route["handle"], outgoing: ServerResponse): Promise<Response> {
  const { vault, op, method, name } = call;
  const key = name === "" ? {} : { key: name };
  const finish = vault.log.begin({ vault: vault.settings.name, op, method, ...key });
  let status = 0;
  let backupSha256: string | undefined;
  try {
    if (vault.latency) await sleep(vault.latency.baseInMs + vault.latency.jitterInMs * vault.shared.random());
    const delivery = await answer(call, handle);
    if (delivery.instead === undefined) status = delivery.status;
    if (op === "backup" && status === 200) backupSha256 = digestOf(delivery.text ?? "");
    return await deliver(delivery, outgoing);
  } finally {
    finish(status, backupSha256);
  }
}

/** Of what a client decodes; a body that a fault spoiled has none. */
function digestOf(text: string): string | undefined {
  const encoded = /^\{"value":"([\w-]+)"\}$/.exec(text)?.[1];
  return encoded === undefined ? undefined : createHash("sha256").update(encoded, "base64url").digest("hex");
}

async function answer(call: Call, handle: Route["handle"]): Promise<Delivery> {
  const refused = attempt(() => checkToken(call));
  if (refused) return toDelivery(call, refused);
  const fault = call.vault.faults.take(call);
  if (fault === undefined) return toDelivery(call, await work(call, handle));
  return faultyAnswer(call, handle, fault);
}

async function faultyAnswer(call: Call, handle: Route["handle"], fault: Fault): Promise<Delivery> {
  const { delayMs: delay, effect } = fault;
  if (delay !== undefined) {
    await sleep(typeof delay === "number" ? delay : delay.min + (delay.max - delay.min) * call.vault.shared.random());
  }
  if (effect?.when === "before") applyEffect(call, effect);
  if (fault.hang) return { status: 0, headers: {}, instead: "hang" };
  if (fault.reset === "before") return { status: 0, headers: {}, instead: "break" };
  const error = errorOf(fault, call);
  const failsAtOnce = (error !== undefined || fault.html !== undefined) && !fault.applyThenFail;
  let result: Answer | ServiceError = failsAtOnce && error ? error : { status: fault.html ?? 200 };
  if (!failsAtOnce) result = await work(call, handle);
  if (effect?.when === "after") applyEffect(call, effect);
  if (fault.applyThenFail) {
    if (error) result = error;
    else if (fault.html === undefined) return { status: 0, headers: {}, instead: "break" };
  }
  return spoil(toDelivery(call, result, fault), fault);
}

async function work(call: Call, handle: Route["handle"]): Promise<Answer | ServiceError> {
  try {
    if (!apiVersions.test(call.query.get("api-version") ?? "")) {
      throw badParameter("Missing or unsupported api-version query parameter");
    }
    const record = call.vault.throttle && call.vault.keys.find(call.name);
    if (call.vault.throttle?.admits(costOf(call.op, record && newestOf(record))) === false) throw throttled();
    checkPermission(call);
    return await handle(call);
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}

function toDelivery(call: Call, result: Answer | ServiceError, fault?: Fault): Delivery {
  const { vault } = call;
  const region = fault?.region === undefined ? vault.reportedRegion : fault.region;
  const clientRequestId = call.header("x-ms-client-request-id");
  const retryAfter =
    fault?.retryAfter ?? (result.status === 429 && !fault ? vault.throttle?.settings.retryAfterInS : undefined);
  const body = result instanceof ServiceError ? result.body : spoilBody(fault ?? {}, result.body);
  return {
    status: result.status,
    text: body === undefined ? undefined : JSON.stringify(body),
    instead: "hang" in result ? "hang" : undefined,
    headers: {
      "cache-control": "no-cache",
      pragma: "no-cache",
      expires: "-1",
      "strict-transport-security": "max-age=31536000;includeSubDomains",
      "x-content-type-options": "nosniff",
      "x-ms-keyvault-network-info": "conn_type=Ipv4;addr=127.0.0.1;act_addr_fam=InterNetwork;",
      "x-ms-keyvault-service-version": "1.9.576.1",
      "x-ms-request-id": randomUUID(),
      ...(body === undefined ? {} : { "content-type": "application/json; charset=utf-8" }),
      ...(region === null ? {} : { "x-ms-keyvault-region": region }),
      ...(clientRequestId === undefined ? {} : { "x-ms-client-request-id": clientRequestId }),
      ...(result.status === 401 ? { "www-authenticate": challenge(vault.settings.tenantId) } : {}),
      ...(retryAfter === undefined ? {} : { "retry-after": String(retryAfter) }),
      ...fault?.headers,
    },
  };
}

function spoil(delivery: Delivery, fault: Fault): Delivery {
  const instead = { afterHeaders: "breakAfterHeaders", midBody: "breakInBody", before: undefined } as const;
  let { text, status, headers } = delivery;
  if (fault.html !== undefined) {
    status = fault.html;
    text = `<html><head><title>${status}</title></head><body><h1>${status} Bad Gateway</h1></body></html>`;
    headers = { ...headers, "content-type": "text/html" };
  }
  if (fault.truncateBody !== undefined) text = text?.slice(0, fault.truncateBody);
  if (fault.emptyBody) text = undefined;
  return { status, text, headers, instead: delivery.instead ?? (fault.reset && instead[fault.reset]) };
}

function challenge(tenantId: string): string {
  return `Bearer authorization="https://login.windows.net/${tenantId}", resource="https://vault.azure.net"`;
}

function attempt(check: () => void): ServiceError | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof ServiceError) return error;
    throw error;
  }
}
