import type { Logger } from "../../src/ports/logger.ts";

export interface MemoryLogger extends Logger {
  readonly lines: readonly { readonly level: "info" | "warn" | "error"; readonly message: string }[];
  /** All lines as one text, to look for what must not be in it. */
  text(): string;
}

export function createMemoryLogger(): MemoryLogger {
  const lines: { level: "info" | "warn" | "error"; message: string }[] = [];
  return {
    lines,
    info: (message) => void lines.push({ level: "info", message }),
    warn: (message) => void lines.push({ level: "warn", message }),
    error: (message) => void lines.push({ level: "error", message }),
    text: () => lines.map(({ level, message }) => `${level}: ${message}`).join("\n"),
  };
}
