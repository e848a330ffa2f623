import { mustBe, type Problem, type Reading } from "./problem.ts";
import { textOf, type Environment } from "./settings.ts";

/** Set by Azure Functions and App Service, never on a developer's machine. */
const azureVariables = ["WEBSITE_INSTANCE_ID", "WEBSITE_SKU", "CONTAINER_NAME", "IDENTITY_ENDPOINT"] as const;

const flags: Readonly<Record<string, boolean>> = {
  true: true,
  "1": true,
  on: true,
  false: false,
  "0": false,
  off: false,
};

export function isLocal(env: Environment): boolean {
  return flags[textOf(env, "KEY_BACKUP_LOCAL") ?? "off"] === true;
}

/** `undefined` outside local mode. */
export function readLocalMode(env: Environment): Reading<{ token: string } | undefined> {
  const text = textOf(env, "KEY_BACKUP_LOCAL");
  if (text !== undefined && flags[text] === undefined) {
    const message = mustBe("true or false", text);
    return { value: undefined, problems: [{ setting: "KEY_BACKUP_LOCAL", message }] };
  }
  if (!isLocal(env)) return { value: undefined, problems: [] };
  const problems: Problem[] = [];
  const present = azureVariables.filter((name) => textOf(env, name) !== undefined);
  if (present.length > 0) {
    const message = `is on in Azure (${present.join(", ")} is set), where its fixed token must not be used: remove it.`;
    problems.push({ setting: "KEY_BACKUP_LOCAL", message });
  }
  const token = textOf(env, "KEY_BACKUP_LOCAL_TOKEN") ?? "local";
  if (!/^[\x21-\x7e]{1,200}$/.test(token)) {
    const message = "must be up to 200 visible ASCII characters without space: it is sent in a header.";
    problems.push({ setting: "KEY_BACKUP_LOCAL_TOKEN", message });
  }
  return { value: { token }, problems };
}

/** `new URL` has by then made every spelling of an IPv4 address (127.1, 0x7f000001) the usual one. */
export function isLoopback(url: URL): boolean {
  return url.hostname === "localhost" || url.hostname === "[::1]" || /^127\.\d+\.\d+\.\d+$/.test(url.hostname);
}
