import { format } from "node:util";
import type { HostLog } from "./log.ts";

/** What an app writes to the console becomes log entries, as in the real worker; stdout stays for the ready line. */
export function captureConsole(log: HostLog): void {
  console.debug = (...args: readonly unknown[]) => log("debug", format(...args));
  console.log = (...args: readonly unknown[]) => log("information", format(...args));
  console.info = console.log;
  console.warn = (...args: readonly unknown[]) => log("warning", format(...args));
  console.error = (...args: readonly unknown[]) => log("error", format(...args));
}
