import { describe, expect, it } from "vitest";
import { findRoute, parseRoute, type Route } from "../../local/functions-host/routes.ts";

function aRoute(template: string, methods: readonly string[] = ["GET"]): Route {
  const metadata = { name: template, bindings: {} };
  const target = { metadata, callback: () => undefined };
  return { target, methods, authLevel: "anonymous", segments: parseRoute(template) };
}

function find(templates: readonly string[], path: string): readonly [string, object] | undefined {
  const match = findRoute(
    templates.map((template) => aRoute(template)),
    "GET",
    path.split("/"),
  );
  return match && [match.route.target.metadata.name, match.params];
}

describe("routes", () => {
  it.each([
    ["a literal, whatever its case", ["Runs"], "runs", ["Runs", {}]],
    ["a parameter", ["runs/{runId}"], "runs/7", ["runs/{runId}", { runId: "7" }]],
    ["a literal before a parameter", ["runs/{runId}", "runs/last"], "runs/last", ["runs/last", {}]],
    ["a constrained parameter before a free one", ["r/{a}", "r/{b:int}"], "r/7", ["r/{b:int}", { b: "7" }]],
    ["a free parameter where a constraint fails", ["r/{a}", "r/{b:int}"], "r/x", ["r/{a}", { a: "x" }]],
    ["an absent optional parameter", ["r/{a?}"], "r", ["r/{a?}", {}]],
    ["the rest of a path", ["files/{*path}"], "files/a/b", ["files/{*path}", { path: "a/b" }]],
    ["a parameter before the rest", ["files/{*path}", "files/{name}"], "files/a", ["files/{name}", { name: "a" }]],
  ])("match %s", (_case, templates, path, expected) => {
    expect(find(templates, path)).toEqual(expected);
  });

  it.each([
    ["a longer path", ["runs"], "runs/7"],
    ["a shorter path", ["runs/{runId}"], "runs"],
    ["another literal", ["runs/{runId}/keys"], "runs/7/vaults"],
    ["a guid that is none", ["r/{id:guid}"], "r/7"],
  ])("don't match %s", (_case, templates, path) => {
    expect(find(templates, path)).toBeUndefined();
  });

  it("match their methods only", () => {
    const routes = [aRoute("runs", ["POST"])];
    expect(findRoute(routes, "GET", ["runs"])).toBeUndefined();
    expect(findRoute(routes, "POST", ["runs"])?.route).toBe(routes[0]);
  });

  it.each(["r/{a}.json", "r/{a:range(1,2)}", "r/{a:decimal}"])(
    "refuse %s, which this host can't follow",
    (template) => {
      expect(() => parseRoute(template)).toThrow(template);
    },
  );
});
