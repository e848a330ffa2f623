import { isLoopback } from "./local-mode.ts";

/** The address in `text`, or nothing when it is none. */
export function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** What local mode has against an address: nothing but this machine is reached with its fixed token. */
export function localUrlFaults(url: URL): string[] {
  const faults: string[] = [];
  if (!/^https?:$/.test(url.protocol)) faults.push("must start with http:// or https://.");
  if (!isLoopback(url)) {
    faults.push(
      `leads to ${url.hostname || "no host"}: in local mode only 127.0.0.1, localhost and [::1] are allowed.`,
    );
  }
  if (url.username !== "" || url.password !== "") faults.push("must not carry a user name or a password.");
  return faults;
}

/** What is wrong with the address of a blob service in Azure. Never shows the query, which may be a signature. */
export function azureUrlFaults(url: URL): string[] {
  const faults: string[] = [];
  if (url.protocol !== "https:") faults.push(`must start with https://, not ${url.protocol}//.`);
  if (url.username !== "" || url.password !== "") faults.push("must not carry a user name or a password.");
  if (url.port !== "") faults.push("must not name a port.");
  if (url.pathname !== "/") faults.push("must end after the host: the app adds the containers itself.");
  if (url.search !== "" || url.hash !== "") {
    faults.push('must end before "?": a signature (SAS) is for local mode only, the app signs in with its identity.');
  }
  return faults;
}
