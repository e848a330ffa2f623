import type { RegisteredFunction } from "./registry.ts";

export interface Route {
  readonly target: RegisteredFunction;
  readonly methods: readonly string[];
  readonly authLevel: string;
  readonly segments: readonly Segment[];
}

export interface RouteMatch {
  readonly route: Route;
  readonly params: Readonly<Record<string, string>>;
}

type Segment =
  | { readonly kind: "literal"; readonly text: string }
  | {
      readonly kind: "parameter";
      readonly name: string;
      readonly optional: boolean;
      readonly accepts: RegExp | undefined;
    }
  | { readonly kind: "rest"; readonly name: string };

const constraints: Readonly<Record<string, RegExp>> = {
  alpha: /^[a-z]+$/i,
  bool: /^(true|false)$/i,
  guid: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i,
  int: /^-?\d{1,10}$/,
  long: /^-?\d{1,19}$/,
};

/** Route templates of ASP.NET Core, as far as one parameter fills one segment. Throws for what it can't follow. */
export function parseRoute(template: string): readonly Segment[] {
  return template
    .split("/")
    .filter((part) => part !== "")
    .map((part) => {
      const [, star, name, constraint, optional] = /^\{(\*{0,2})(\w+)(?::(\w+))?(\?)?\}$/.exec(part) ?? [];
      if (name === undefined) {
        if (/[{}]/.test(part)) {
          throw new Error(`Route ${template}: this host can't follow ${part}.`);
        }
        return { kind: "literal", text: part.toLowerCase() };
      }
      if (star !== "") {
        return { kind: "rest", name };
      }
      if (constraint !== undefined && !Object.hasOwn(constraints, constraint)) {
        throw new Error(`Route ${template}: this host does not know the constraint ${constraint}.`);
      }
      const accepts = constraint === undefined ? undefined : constraints[constraint];
      return { kind: "parameter", name, optional: optional !== undefined, accepts };
    });
}

/** The most exact route for a path: a literal goes before a constrained parameter, that before a free one. */
export function findRoute(routes: readonly Route[], method: string, path: readonly string[]): RouteMatch | undefined {
  return routes
    .filter((route) => route.methods.includes(method))
    .flatMap((route) => {
      const params = matchSegments(route.segments, path);
      return params === undefined ? [] : [{ route, params }];
    })
    .toSorted((a, b) => precedence(a.route).localeCompare(precedence(b.route)))[0];
}

function matchSegments(segments: readonly Segment[], path: readonly string[]): Record<string, string> | undefined {
  const params: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const part = path[index];
    if (segment.kind === "rest") {
      params[segment.name] = path.slice(index).join("/");
      return params;
    }
    if (segment.kind === "literal") {
      if (part?.toLowerCase() !== segment.text) {
        return undefined;
      }
    } else if (part !== undefined) {
      if (segment.accepts?.test(part) === false) {
        return undefined;
      }
      params[segment.name] = part;
    } else if (!segment.optional) {
      return undefined;
    }
  }
  return path.length > segments.length ? undefined : params;
}

function precedence(route: Route): string {
  const ranks = route.segments.map((segment) => {
    if (segment.kind === "parameter") {
      return segment.accepts === undefined ? "3" : "2";
    }
    return segment.kind === "literal" ? "1" : "4";
  });
  return ranks.join("");
}
