/**
 * Evaluates what a snapshot leaves as an expression, as far as our templates use it: a snapshot knows neither
 * environment() nor what a resource provider will answer. References become their own text. `more` adds functions, or puts others in their place.
 */
export function evaluate(value: unknown, more: Functions = {}): unknown {
  if (typeof value !== "string" || value.startsWith("[[") || !/^\[[\w.]+\(.*\]$/s.test(value)) return value;
  const reader = new Reader(value.slice(1, -1), { ...functions, ...more });
  const result = reader.expression();
  reader.end();
  return result;
}

const suffixes = { storage: "core.windows.net", keyvaultDns: ".vault.azure.net" };
const someId = "77777777-7777-7777-7777-777777777777";
const loginEndpoint = "https://login.microsoftonline.com/";

export type Functions = Readonly<Record<string, (...args: unknown[]) => unknown>>;

const functions: Functions = {
  createArray: (...items) => items,
  createObject: (...pairs) =>
    Object.fromEntries(pairs.flatMap((key, i) => (i % 2 === 0 ? [[String(key), pairs[i + 1]]] : []))),
  environment: () => ({ suffixes, authentication: { loginEndpoint } }),
  tenant: () => ({ tenantId: "tenant" }),
  format: (text, ...args) => String(text).replaceAll(/\{(\d+)\}/g, (_, i: string) => String(args[Number(i)])),
  replace: (text, from, to) => String(text).replaceAll(String(from), () => String(to)),
  string: (value) => (typeof value === "string" ? value : JSON.stringify(value)),
  toLower: (text) => String(text).toLowerCase(),
  reference: (id) =>
    new Proxy({}, { get: (_, member) => (member === "clientId" ? someId : `<${String(member)} of ${String(id)}>`) }),
};

class Reader {
  readonly #text: string;
  readonly #functions: Functions;
  #at = 0;
  constructor(text: string, known: Functions) {
    this.#text = text;
    this.#functions = known;
  }

  expression(): unknown {
    let value = this.#text[this.#at] === "'" ? this.#quoted() : this.#callOrNumber();
    for (;;) {
      const member = this.#take(/\.(\w+)/y) ?? this.#index();
      if (member === undefined) return value;
      value = Reflect.get(Object(value), member);
    }
  }

  #index(): string | undefined {
    if (this.#take(/(\[)/y) === undefined) return undefined;
    const index = String(this.expression());
    if (this.#take(/(\])/y) === undefined) throw new Error(`not closed: [${index}`);
    return index;
  }

  end(): void {
    if (this.#at !== this.#text.length) throw new Error(`not understood: ${this.#text.slice(this.#at, this.#at + 60)}`);
  }

  #quoted(): string {
    return (this.#take(/'((?:[^']|'')*)'/y) ?? "").replaceAll("''", "'");
  }

  #callOrNumber(): unknown {
    const digits = this.#take(/(-?\d+)/y);
    if (digits !== undefined) return Number(digits);
    const name = this.#take(/([\w.]+)\(/y) ?? "";
    const args: unknown[] = [];
    while (this.#take(/(\))/y) === undefined) {
      if (this.#at >= this.#text.length) throw new Error(`${name}: not closed`);
      args.push(this.expression());
      this.#take(/(, ?)/y);
    }
    const call = this.#functions[name];
    if (call === undefined) throw new Error(`not understood: ${name}()`);
    return call(...args);
  }

  #take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.#at = pattern.lastIndex;
    return match[1];
  }
}
