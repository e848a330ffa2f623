import type { BlobHeader } from "../catalog/blob-header.ts";
import type { ContinuityBreak } from "../catalog/key-history.ts";
import type { RegionTable } from "../geography/region-table.ts";
import type { DeletedKey } from "../ports/restore-target.ts";
import type { Proof } from "./proof.ts";
import type { RefusalCode } from "./refusal.ts";

/** What is known of a backup before it is restored. */
export interface BackupFacts {
  readonly keyName: string;
  readonly keyType: string | undefined;
  /** `undefined` when neither manifest, entry nor metadata tells where the backup was taken. */
  readonly source:
    { readonly region: string; readonly geography: string; readonly subscriptionId: string | undefined } | undefined;
  /** `unverified`: no hash is recorded. */
  readonly bytes: "sound" | "damaged" | "missing" | "unverified";
  readonly header: BlobHeader["kind"];
  readonly breaks: readonly ContinuityBreak[];
}

/** Under which name state the key would be restored, where that was looked up. */
export type NameState =
  | { readonly is: "not-looked-up" }
  | { readonly is: "free" }
  | { readonly is: "taken"; readonly proof: Proof }
  | { readonly is: "soft-deleted"; readonly deleted: DeletedKey };

export interface TargetFacts {
  readonly name: string;
  readonly region: string;
  readonly subscriptionId: string;
  readonly sku: "standard" | "premium";
  readonly kind: "vault" | "managed-hsm";
  /** What the vault reported of itself; `undefined` before the first call. */
  readonly observed: { readonly region: string | undefined } | undefined;
  readonly keyName: NameState;
}

export interface GuardOptions {
  readonly regions: RegionTable;
  readonly observedRegion: "warn" | "require";
  /** Codes that are no prediction's change nothing. */
  readonly attempt: readonly RefusalCode[];
}
