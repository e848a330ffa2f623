/** Values by name, without regard to case, that can be paged in name order while they change. */
export class SortedNames<Value> {
  readonly #values = new Map<string, Value>();
  #order: string[] | undefined;

  get(name: string): Value | undefined {
    return this.#values.get(name.toUpperCase());
  }

  set(name: string, value: Value): void {
    const key = name.toUpperCase();
    if (!this.#values.has(key)) this.#order = undefined;
    this.#values.set(key, value);
  }

  remove(name: string): void {
    if (this.#values.delete(name.toUpperCase())) this.#order = undefined;
  }

  /** Up to `count` values whose names come after `marker`. */
  after(marker: string, count: number, accept: (value: Value) => boolean = () => true): Value[] {
    this.#order ??= [...this.#values.keys()].toSorted();
    const found: Value[] = [];
    for (let index = firstAfter(this.#order, marker.toUpperCase()); index < this.#order.length; index++) {
      if (found.length >= count) break;
      const value = this.#values.get(this.#order[index] ?? "");
      if (value !== undefined && accept(value)) found.push(value);
    }
    return found;
  }
}

function firstAfter(sorted: readonly string[], marker: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") <= marker) low = middle + 1;
    else high = middle;
  }
  return low;
}
