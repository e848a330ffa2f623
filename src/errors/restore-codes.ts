import { fact, type CodeFacts } from "./code-facts.ts";

/** What can stand against a restore; the codes of other sections can, too. */
export const restoreCodes = {
  "confirmation-differs": fact(
    422,
    4,
    "Confirm with the name of the target vault: a restore writes into it, and nothing takes that back.",
  ),
  discontinuous: fact(
    409,
    4,
    "Compare the key's recovery points: use an older one, or attempt this one when you know why its history breaks.",
  ),
  "hsm-into-standard": fact(422, 4, "Restore to a premium vault: a standard one holds no HSM-protected keys."),
  "managed-hsm-differs": fact(
    422,
    4,
    "Restore to the kind of place that the backup came from: a vault, or a Managed HSM of the same security domain.",
  ),
  "recovery-point-not-found": fact(404, 1, "List the recovery points of the key, and choose another instant or tier."),
  "restore-unproven": fact(502, 1, "Compare the key in the vault with the manifest's entry before anything uses it."),
  "source-not-found": fact(404, 1, "List the vaults that the stores know, and use a name from there."),
  "source-unknown": fact(
    409,
    4,
    "Too little is recorded of this backup to foretell a restore: use another recovery point, or attempt it.",
  ),
  "subscription-differs": fact(
    422,
    4,
    "Restore to a vault of the subscription that the backup was taken in: Key Vault binds a backup to it.",
  ),
  "target-region-differs": fact(
    409,
    4,
    "The vault answers from another region than configured: wait for the end of a failover, or correct KEY_BACKUP_VAULTS.",
  ),
  "target-region-unverified": fact(
    409,
    4,
    "The vault does not say where it is: look for what removes its headers, or set KEY_BACKUP_OBSERVED_REGION=warn.",
  ),
} as const satisfies Record<string, CodeFacts>;
