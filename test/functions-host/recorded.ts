import { expect, vi } from "vitest";
import type { LogEntry } from "../../local/functions-host/log.ts";

/** What the fixture's functions tell about a call. */
export interface Recorded {
  readonly event: string;
  readonly message: unknown;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly timer?: Readonly<Record<string, unknown>>;
}

interface Logging {
  logs(): readonly LogEntry[];
}

export function recorded(host: Logging, event: string): readonly Recorded[] {
  return host
    .logs()
    .filter(({ message }) => message.startsWith(`{"event":"${event}"`))
    .map(({ message }) => {
      const parsed: Recorded = JSON.parse(message);
      return parsed;
    });
}

/** Waits, at most 20 seconds, until an event was recorded `times` times. */
export async function waitForEvents(host: Logging, event: string, times: number): Promise<readonly Recorded[]> {
  return vi.waitFor(
    () => {
      const events = recorded(host, event);
      expect(events.length).toBeGreaterThanOrEqual(times);
      return events;
    },
    { timeout: 20_000, interval: 20 },
  );
}

export async function waitForLog(host: Logging, text: string): Promise<LogEntry> {
  return vi.waitFor(
    () => {
      const entry = host.logs().find(({ message }) => message.includes(text));
      if (entry === undefined) {
        throw new Error(`no log entry has "${text}"`);
      }
      return entry;
    },
    { timeout: 20_000, interval: 20 },
  );
}
