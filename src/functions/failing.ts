import type { ErrorCode } from "../errors/codes.ts";
import { KeyBackupError, toKeyBackupError } from "../errors/key-backup-error.ts";
import type { Logger } from "../ports/logger.ts";

/**
 * Handles what nobody waits for an answer to. What it throws goes into the host's log, so it carries code, reason, every
 * single problem and the hint. A failure of the codes `swallowed` is logged, and is none for the host.
 */
export async function failing(
  logger: Logger,
  action: string,
  handle: () => Promise<void>,
  swallowed: ReadonlySet<ErrorCode> = new Set(),
): Promise<void> {
  try {
    await handle();
  } catch (thrown) {
    const error = toKeyBackupError(thrown, action);
    const text = [`${error.code}: ${error.message}`, ...error.problems, error.hint].join(" ");
    logger.error(text);
    if (!swallowed.has(error.code)) throw new KeyBackupError(error.code, text);
  }
}
