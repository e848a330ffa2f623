import type { ErrorCode } from "../errors/codes.ts";

/** Policy is never overridden; a prediction may be attempted all the same; a state can be changed first. */
export type RefusalKind = "policy" | "prediction" | "state";

/** Every reason for which a restore is refused. The codes are stable: scripts and `--attempt` use them. */
export const refusalKinds = {
  "backup-damaged": "policy",
  "backup-missing": "policy",
  "cloud-differs": "policy",
  "geography-differs": "policy",
  "managed-hsm-differs": "policy",
  "region-unknown": "policy",
  discontinuous: "prediction",
  "hsm-into-standard": "prediction",
  "source-unknown": "prediction",
  "subscription-differs": "prediction",
  "target-region-differs": "prediction",
  "target-region-unverified": "prediction",
  "key-name-taken": "state",
  "key-soft-deleted": "state",
} as const satisfies Partial<Record<ErrorCode, RefusalKind>>;

export type RefusalCode = keyof typeof refusalKinds;
export type PredictionCode = {
  [Code in RefusalCode]: (typeof refusalKinds)[Code] extends "prediction" ? Code : never;
}[RefusalCode];

/** The codes that may be attempted. */
export const predictionCodes = [
  "discontinuous",
  "hsm-into-standard",
  "source-unknown",
  "subscription-differs",
  "target-region-differs",
  "target-region-unverified",
] as const satisfies readonly PredictionCode[];

export interface Refusal {
  readonly code: RefusalCode;
  readonly kind: RefusalKind;
  /** One sentence each: what stands against it, why that matters, what to do. */
  readonly what: string;
  readonly why: string;
  readonly remedy: string;
}

export function refuse(code: RefusalCode, what: string, why: string, remedy: string): Refusal {
  return { code, kind: refusalKinds[code], what, why, remedy };
}

/** What, why and what to do, as one text. */
export const refusalText = ({ what, why, remedy }: Refusal): string => `${what} ${why} ${remedy}`;
