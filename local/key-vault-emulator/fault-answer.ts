import { caller } from "./authorization.ts";
import type { Call } from "./call.ts";
import type { Fault } from "./fault-rule.ts";
import { expiredToken, keyDisabled, managedByKeyVault, ServiceError, throttled } from "./service-error.ts";

/** The error that a fault stands for; `undefined` when it names none. What it leaves open is said as the service says it. */
export function errorOf(fault: Fault, call: Call): ServiceError | undefined {
  if (fault.expiredToken) return expiredToken();
  if (fault.status === undefined) return undefined;
  const usual = usualError(fault.status, fault.innererror, call);
  return new ServiceError(
    fault.status,
    fault.code ?? usual.code,
    fault.message ?? usual.message,
    fault.innererror ?? usual.innererror,
  );
}

function usualError(status: number, innererror: string | undefined, call: Call): ServiceError {
  const { name, region, tenantId } = call.vault.settings;
  const place = `Vault: ${name};location=${region}`;
  const forbidden = (message: string): ServiceError => new ServiceError(403, "Forbidden", message, innererror);
  if (status === 429) return throttled();
  if (status === 500) return new ServiceError(500, "InternalServerError", "An internal server error has occurred.");
  if (status === 503) return new ServiceError(503, "ServiceUnavailable", "The service is unavailable, retry later.");
  if (innererror === "KeyManagedByKeyVault") return managedByKeyVault(call.op);
  if (innererror === "KeyDisabled") return keyDisabled(call.op);
  if (innererror === "ForbiddenByFirewall") {
    const client = "Client address is not authorized and caller is not a trusted service.\r\nClient address: 127.0.0.1";
    return forbidden(`${client}\r\nCaller: ${caller(tenantId)}\r\n${place}`);
  }
  if (innererror === "ForbiddenByConnection") {
    const closed =
      "Public network access is disabled and request is not from a trusted service nor via an approved private link.";
    return forbidden(`${closed}\r\nCaller: ${caller(tenantId)}\r\n${place}`);
  }
  if (innererror === "ForbiddenByPolicy") {
    return forbidden(
      `The user, group or application '${caller(tenantId)}' does not have keys ${call.op} permission on key vault '${name};location=${region}'. For help resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287`,
    );
  }
  if (status === 403) return forbidden(`Caller is not authorized to perform action on resource.\r\n${place}`);
  return new ServiceError(status, "BadRequest", "The request was refused by a fault rule.");
}

/** A 200 answer with what the fault does to its body. */
export function spoilBody(fault: Fault, body: unknown): unknown {
  if (typeof body !== "object" || body === null) return body;
  let spoiled: Record<string, unknown> = { ...body };
  const { value, nextLink } = spoiled;
  if (fault.corruptBlob && typeof value === "string") {
    spoiled = fault.corruptBlob === "absent" ? {} : { ...spoiled, value: spoilBlob(fault.corruptBlob, value) };
  }
  if (Array.isArray(value) && value.length > 0) {
    if (fault.duplicateItem) spoiled["value"] = [value[0] as unknown, ...(value as unknown[])];
    if (fault.dropItem) spoiled["value"] = value.slice(1);
  }
  if (fault.badNextLink !== undefined && typeof nextLink === "string") {
    const origin = fault.badNextLink === true ? "http://127.0.0.2:9" : fault.badNextLink;
    spoiled["nextLink"] = origin + nextLink.slice(new URL(nextLink).origin.length);
  }
  return spoiled;
}

function spoilBlob(how: "bitflip" | "truncate" | "empty", value: string): string {
  const blob = Buffer.from(value, "base64url");
  if (how === "empty") return "";
  if (how === "truncate") return blob.subarray(0, blob.length / 2).toString("base64url");
  const index = blob.length - 100;
  blob[index] = (blob[index] ?? 0) ^ 1;
  return blob.toString("base64url");
}
