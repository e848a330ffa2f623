import { createHash, randomBytes } from "node:crypto";

/** Sortable: the instant a run set out, UTC, and six digits that keep apart two runs of one second. */
const pattern = /^(\d{4})(\d{2})(\d{2})t(\d{2})(\d{2})(\d{2})z-[0-9a-f]{6}$/;

export function isRunId(text: string): boolean {
  return startOfRun(text) !== undefined;
}

/** The instant in a run id; `undefined` when the text is not one. */
export function startOfRun(runId: string): Date | undefined {
  const parts = pattern.exec(runId);
  if (!parts) return undefined;
  const [, year, month, day, hour, minute, second] = parts;
  const instant = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(instant.getTime()) || stamp(instant) !== runId.slice(0, 16) ? undefined : instant;
}

/** A run id for a run that somebody asks for now. */
export function newRunId(now: Date): string {
  return `${stamp(now)}-${randomBytes(3).toString("hex")}`;
}

/** The same id each time for one scheduled instant, so that a timer that fires twice meets its own plan. */
export function scheduledRunId(scheduledAt: Date): string {
  const digest = createHash("sha256").update(`schedule ${scheduledAt.toISOString()}`).digest("hex");
  return `${stamp(scheduledAt)}-${digest.slice(0, 6)}`;
}

function stamp(instant: Date): string {
  return `${instant.toISOString().slice(0, 19).replaceAll(/[-:]/g, "").toLowerCase()}z`;
}
