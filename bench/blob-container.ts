export interface Blob {
  readonly name: string;
  readonly bytes: Buffer;
  readonly createdAt: Date;
  /** As they came: names without their prefix `x-ms-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface BlobPage {
  readonly blobs: readonly Blob[];
  /** The name that the next page begins with. */
  readonly next: string | undefined;
}

/** The blobs of one container: written once, listed by name. */
export class BlobContainer {
  readonly #blobs = new Map<string, Blob>();
  /** Sorted when it is needed: a listing of many pages must not sort for each. */
  #names: string[] | undefined = [];

  /** False when a blob of that name is there. */
  create(blob: Blob): boolean {
    if (this.#blobs.has(blob.name)) return false;
    this.#blobs.set(blob.name, blob);
    this.#names = undefined;
    return true;
  }

  find(name: string): Blob | undefined {
    return this.#blobs.get(name);
  }

  page(prefix: string, marker: string, size: number): BlobPage {
    this.#names ??= [...this.#blobs.keys()].toSorted();
    const from = firstAtOrAfter(this.#names, marker > prefix ? marker : prefix);
    const found = this.#names.slice(from, from + size + 1).filter((name) => name.startsWith(prefix));
    const blobs = found.slice(0, size).flatMap((name) => this.#blobs.get(name) ?? []);
    return { blobs, next: found[size] };
  }
}

function firstAtOrAfter(sorted: readonly string[], name: string): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? "") < name) low = middle + 1;
    else high = middle;
  }
  return low;
}
