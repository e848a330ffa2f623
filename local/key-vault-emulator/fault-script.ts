import type { Call } from "./call.ts";
import type { Fault, ParsedFaultRule } from "./fault-rule.ts";

interface Armed {
  readonly rule: ParsedFaultRule;
  readonly name: RegExp | undefined;
  seen: number;
  used: number;
}

export class FaultScript {
  #rules: Armed[] = [];
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  add(rules: readonly ParsedFaultRule[]): void {
    for (const rule of rules) {
      const { name } = rule.match;
      this.#rules.push({ rule, name: name === undefined ? undefined : patternFrom(name), seen: 0, used: 0 });
    }
  }

  clear(): void {
    this.#rules = [];
  }

  /** The first rule that applies to the call, and counts it as used. */
  take(call: Call): Fault | undefined {
    for (const armed of this.#rules) {
      const { rule } = armed;
      if (!matches(armed, call)) continue;
      armed.seen += 1;
      if (rule.match.nth !== undefined && rule.match.nth !== armed.seen) continue;
      if (rule.times !== undefined && armed.used >= rule.times) continue;
      if (rule.probability !== undefined && this.#random() >= rule.probability) continue;
      armed.used += 1;
      return rule.fault;
    }
    return undefined;
  }
}

function matches({ rule, name }: Armed, call: Call): boolean {
  const { vault, op, method } = rule.match;
  if (vault !== undefined && vault.toLowerCase() !== call.vault.settings.name.toLowerCase()) return false;
  if (op !== undefined && ![op].flat().includes(call.op)) return false;
  if (method !== undefined && method.toUpperCase() !== call.method) return false;
  return name === undefined || name.test(call.name);
}

function patternFrom(name: string): RegExp {
  const parts = name.split("*").map((part) => part.replaceAll(/[^0-9a-zA-Z-]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "i");
}
