import type { ErrorCode } from "../errors/codes.ts";
import type { Logger } from "../ports/logger.ts";
import { failing } from "./failing.ts";

/** Another delivery would meet the same: the message is consumed, and the log says why. */
const lasting: ReadonlySet<ErrorCode> = new Set<ErrorCode>(["bad-message", "vault-not-configured", "plan-missing"]);

/** Handles a queue message; what may pass puts it back on the queue. */
export async function consuming(logger: Logger, handle: () => Promise<void>): Promise<void> {
  await failing(logger, "handle a queue message", handle, lasting);
}
