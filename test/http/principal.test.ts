import { describe, expect, it } from "vitest";
import { requireRole } from "../../src/http/principal.ts";
import { aRequest } from "./http-request.ts";

interface Claim {
  readonly typ: string;
  readonly val: string;
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64");
const signedIn = (claims: readonly Claim[], more: object = {}) =>
  aRequest({ headers: { "x-ms-client-principal": encoded({ claims, ...more }) } });

const role = (val: string): Claim => ({ typ: "roles", val });
const named = (typ: string, val: string): Claim => ({ typ, val });

describe("with a function key", () => {
  it("the host has checked the caller, whatever a header claims", () => {
    expect(requireRole(aRequest(), "function-key", "Backups.Run")).toBe("function key");
    expect(requireRole(signedIn([named("name", "somebody")]), "function-key", "Backups.Run")).toBe("function key");
  });
});

describe("with Entra", () => {
  it.each([
    ["no header", aRequest()],
    ["text", aRequest({ headers: { "x-ms-client-principal": "operator" } })],
    ["JSON of another form", aRequest({ headers: { "x-ms-client-principal": encoded(["roles"]) } })],
    [
      "claims that are none",
      aRequest({ headers: { "x-ms-client-principal": encoded({ claims: [{ typ: 1, val: "x" }] }) } }),
    ],
  ])("%s is nobody", (_case, request) => {
    expect(() => requireRole(request, "entra", "Backups.Read")).toThrow(
      expect.objectContaining({ code: "not-signed-in" }),
    );
  });

  it.each([
    ["no role", []],
    ["another role", [role("Backups.Read")]],
    ["a role in other letters", [role("backups.run")]],
    ["the role's name as another claim", [named("groups", "Backups.Run")]],
  ])("%s is not enough", (_case, claims) => {
    expect(() => requireRole(signedIn(claims), "entra", "Backups.Run")).toThrow(
      expect.objectContaining({ code: "role-missing", message: expect.stringContaining("Backups.Run") }),
    );
  });

  it.each([
    [
      "preferred_username",
      [named("name", "Operator"), named("preferred_username", "operator@contoso.example")],
      "operator@contoso.example",
    ],
    ["name", [named("name", "Operator")], "Operator"],
    [
      "an application's id",
      [named("appid", "5ab51234-0000-4000-8000-00000000c0de")],
      "5ab51234-0000-4000-8000-00000000c0de",
    ],
    ["nothing", [], "signed-in caller"],
    ["a name with control characters", [named("name", "two\r\nlines")], "two lines"],
  ])("the caller is called by %s", (_case, claims, name) => {
    expect(requireRole(signedIn([...claims, role("Backups.Run")]), "entra", "Backups.Run")).toBe(name);
  });

  it("roles may come under the name that the principal says", () => {
    const typ = "http://schemas.microsoft.com/ws/2008/06/identity/claims/role";
    expect(requireRole(signedIn([{ typ, val: "Restores.Plan" }], { role_typ: typ }), "entra", "Restores.Plan")).toBe(
      "signed-in caller",
    );
  });
});
