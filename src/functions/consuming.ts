import { KeyBackupError, toKeyBackupError } from "../errors/key-backup-error.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { Logger } from "../ports/logger.ts";

/** Another delivery would meet the same: the message is consumed, and the log says why. */
const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["bad-message", "vault-not-configured", "plan-missing"]);

/** Handles a queue message. What it throws goes into the host's log, so it carries code, reason and hint. */
export async function consuming(logger: Logger, handle: () => Promise<void>): Promise<void> {
  try {
    await handle();
  } catch (thrown) {
    const error = toKeyBackupError(thrown, "handle a queue message");
    const text = [`${error.code}: ${error.message}`, ...error.problems, error.hint].join(" ");
    logger.error(text);
    if (!lasting.has(error.code)) throw new KeyBackupError(error.code, text);
  }
}
