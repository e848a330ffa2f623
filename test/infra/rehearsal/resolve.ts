import { createHash } from "node:crypto";
import { evaluate } from "../evaluate.ts";

/** A GUID that is always the same for the same words: ids that Azure would make up. */
export function guidOf(...words: readonly string[]): string {
  const hex = createHash("sha256").update(words.join("|").toLowerCase()).digest("hex");
  return [hex.slice(0, 8), hex.slice(8, 12), `4${hex.slice(13, 16)}`, `8${hex.slice(17, 20)}`, hex.slice(20, 32)].join(
    "-",
  );
}

/** What a resource provider answers of a resource that was made, as far as the templates ask. */
export function referenceTo(id: string): object {
  const [type = "", name = ""] = id.split("/").slice(-2);
  switch (type) {
    case "userAssignedIdentities":
      return { clientId: guidOf(id, "client"), principalId: guidOf(id, "principal") };
    case "storageAccounts": {
      const endpoint = (service: string) => `https://${name}.${service}.core.windows.net/`;
      return { primaryEndpoints: { blob: endpoint("blob"), queue: endpoint("queue"), table: endpoint("table") } };
    }
    case "sites":
      return { defaultHostName: `${name}.azurewebsites.net` };
    case "components":
      return { ConnectionString: `InstrumentationKey=${guidOf(id)};IngestionEndpoint=https://ingestion.invalid/` };
    default:
      throw new Error(`nothing is known of a ${type}`);
  }
}

/** A property of a predicted resource, as it would be after the deployment. */
export function resolve(value: unknown): unknown {
  return evaluate(value, { reference: (id) => referenceTo(String(id)) });
}
