import { errorCodes, type ErrorCode } from "../errors/codes.ts";
import type { KeyBackupError } from "../errors/key-backup-error.ts";
import { oneLine } from "./text.ts";

/** Hints that name the HTTP interface, in the command line's words. */
const hints: Partial<Record<ErrorCode, string>> = {
  "run-not-found": "List the runs (key-backup runs) and use an id from there.",
  "plan-missing": "The run has no plan in any store: start a new run (key-backup backup).",
  "credential-unavailable":
    "Sign in (az login), or set the variables of the identity that DefaultAzureCredential looks for.",
};

export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly hint: string;
  readonly problems: readonly string[];
}

export function describeFailure({ code, message, hint, problems }: KeyBackupError): Failure {
  const isGeneral = hint === errorCodes[code].hint;
  return { code, message, hint: (isGeneral ? hints[code] : undefined) ?? hint, problems };
}

export function failureText({ code, message, hint, problems }: Failure): string {
  const details = problems.map((problem) => `  - ${oneLine(problem)}`);
  return [`key-backup: ${oneLine(message)} (${code})`, ...details, `What to do: ${oneLine(hint)}`].join("\n");
}
