import type { HttpRequest } from "@azure/functions";
import * as z from "zod";
import { KeyBackupError, printable } from "../errors/key-backup-error.ts";

export const appRoles = ["Backups.Read", "Backups.Run", "Restores.Plan", "Restores.Run"] as const;
export type AppRole = (typeof appRoles)[number];

const principalSchema = z.object({
  claims: z.array(z.object({ typ: z.string(), val: z.string() })),
  role_typ: z.string().default("roles"),
});

const nameClaims = ["preferred_username", "name", "appid", "azp"];

/**
 * Who calls. With `entra`, App Service authentication has checked the token and sends `x-ms-client-principal` (it strips
 * one from outside; the configuration refuses `entra` where it is off). With `function-key`, the host has checked the key.
 * @throws KeyBackupError `not-signed-in` or `role-missing`.
 */
export function requireRole(request: HttpRequest, auth: "function-key" | "entra", role: AppRole): string {
  if (auth === "function-key") return "function key";
  const principal = readPrincipal(request.headers.get("x-ms-client-principal"));
  if (!principal) throw new KeyBackupError("not-signed-in", "answer an HTTP request: nobody is signed in");
  const { claims, role_typ: roleType } = principal;
  const roles = claims.filter(({ typ }) => typ === roleType || typ === "roles").map(({ val }) => val);
  if (!roles.includes(role))
    throw new KeyBackupError("role-missing", `answer an HTTP request: app role ${role} is missing`);
  const name = nameClaims
    .map((claim) => claims.find(({ typ }) => typ === claim)?.val)
    .find((value) => value !== undefined);
  return printable(name ?? "signed-in caller", 100);
}

function readPrincipal(header: string | null): z.infer<typeof principalSchema> | undefined {
  if (header === null) return undefined;
  try {
    const parsed = principalSchema.safeParse(JSON.parse(Buffer.from(header, "base64").toString("utf8")));
    return parsed.success ? parsed.data : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
