import type { RunningApp } from "./app.ts";
import { forward, type Handler } from "./gateway.ts";
import type { Caller, TokenIssuer } from "./tokens.ts";

/** The front end of the apps: HTTPS with their real names, App Service authentication where it was deployed, the key of a function elsewhere. */
export function sitePlane(running: ReadonlyMap<string, RunningApp>, issuer: TokenIssuer): Handler {
  return async (request, response, host) => {
    const site = running.get(host.split(".")[0] ?? "");
    if (site === undefined) throw new Error(`${host} does not run`);
    const { authorization, "x-ms-client-principal": _forged, ...headers } = request.headers;
    const to = new URL(request.url ?? "/", site.host.url).href;
    // Admin isolation: the platform keeps /admin to itself.
    if (/^\/admin(\/|$)/i.test(request.url ?? "")) return void response.writeHead(404).end();
    if (site.app.signIn === undefined)
      return forward(request, response, { to, headers: { ...headers, authorization } });
    const caller = await issuer.verify(authorization, site.app.signIn);
    if (caller === undefined) return void response.writeHead(401).end();
    return forward(request, response, { to, headers: { ...headers, "x-ms-client-principal": principalOf(caller) } });
  };
}

function principalOf({ oid, roles }: Caller): string {
  const claims = [
    { typ: "oid", val: oid },
    { typ: "name", val: "rehearsal" },
    ...roles.map((val) => ({ typ: "roles", val })),
  ];
  return Buffer.from(JSON.stringify({ auth_typ: "aad", name_typ: "name", role_typ: "roles", claims })).toString(
    "base64",
  );
}
