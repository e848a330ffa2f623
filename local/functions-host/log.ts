import * as z from "zod";
import { logLevels, type LogLevel } from "./core-types.ts";

export const logEntry = z.object({
  time: z.iso.datetime(),
  level: z.enum(logLevels),
  /** Absent for the host's own lines that belong to no function. */
  function: z.string().optional(),
  invocationId: z.string().optional(),
  message: z.string(),
});

export type LogEntry = Readonly<z.infer<typeof logEntry>>;

/** Where an entry comes from: a function, one invocation of it, or neither. */
export interface LogSource {
  readonly function?: string | undefined;
  readonly invocationId?: string | undefined;
}

export type HostLog = (level: LogLevel, message: string, source?: LogSource) => void;

export function createLog(write: (entry: LogEntry) => void): HostLog {
  return (level, message, source = {}) => {
    write({ time: new Date().toISOString(), level, ...source, message });
  };
}

/** With the stack, as the worker reports a failure. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
