import type { Operation } from "./fault-rule.ts";

/** No token, no body: a log may be printed. */
export interface LoggedRequest {
  readonly vault: string;
  readonly op: Operation;
  readonly method: string;
  /** Absent for a request that names no key. */
  readonly key?: string;
  /** 0 while there is no answer: in work, hanging, or the connection was broken. */
  readonly status: number;
  /** ISO 8601. */
  readonly at: string;
  readonly durationInMs: number;
  /** Of the bytes that a call of Backup Key answered, decoded: lower-case hexadecimal. */
  readonly backupSha256?: string;
}

type Entry = { -readonly [Member in keyof LoggedRequest]: LoggedRequest[Member] };

export class RequestLog {
  #entries: Entry[] = [];
  #inFlight = 0;
  #most = 0;

  /** Resolves its argument's place in the log at once; the returned function notes the answer. */
  begin(request: Pick<Entry, "vault" | "op" | "method" | "key">): (status: number, backupSha256?: string) => void {
    const started = performance.now();
    const entry: Entry = { ...request, status: 0, at: new Date().toISOString(), durationInMs: 0 };
    this.#entries.push(entry);
    this.#inFlight += 1;
    this.#most = Math.max(this.#most, this.#inFlight);
    return (status, backupSha256) => {
      this.#inFlight -= 1;
      entry.status = status;
      if (backupSha256 !== undefined) entry.backupSha256 = backupSha256;
      entry.durationInMs = Math.round((performance.now() - started) * 10) / 10;
    };
  }

  get entries(): readonly LoggedRequest[] {
    return this.#entries;
  }

  get maxConcurrency(): number {
    return this.#most;
  }

  reset(): void {
    this.#entries = [];
    this.#most = this.#inFlight;
  }
}
