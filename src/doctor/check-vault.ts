import type { ErrorCode } from "../errors/codes.ts";
import type { Probe, VaultFacts } from "./facts.ts";
import { failed, good, notProbed, refused, refusedMildly, type Check, type Finding } from "./finding.ts";

/** Answers that say something of the way to the vault, and nothing of rights. */
const unreached: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "credential-unavailable",
  "vault-unreachable",
  "vault-timeout",
  "vault-unavailable",
  "vault-bad-answer",
  "vault-forbidden-firewall",
  "vault-forbidden-connection",
]);

/** The way to a vault and what this identity may do there. */
export function checkVaultRights(facts: VaultFacts): readonly Finding[] {
  const subject = facts.vault.name;
  const { list, get, backup, rotationPolicy } = facts;
  const failure = list === "permitted" ? undefined : list;
  if (failure && unreached.has(failure.code)) {
    const rest = ["list", "get", "backup", "rotation-policy", ...(facts.restore ? ["restore" as const] : [])] as const;
    return [
      refused({ subject, check: "reachable" }, failure),
      ...rest.map((check) =>
        notProbed({ subject, check }, "the vault was not reached", "Mend the way to the vault first."),
      ),
    ];
  }
  return [
    good({ subject, check: "reachable" }, "the vault answers"),
    judge(subject, "list", list, "keys can be listed"),
    judge(subject, "get", get, "keys can be read"),
    judge(subject, "backup", backup, "keys can be backed up"),
    rotationPolicy === "permitted"
      ? good({ subject, check: "rotation-policy" }, "rotation policies can be read")
      : refusedMildly({ subject, check: "rotation-policy" }, rotationPolicy, "rotation policies are not recorded"),
    ...(facts.restore ? [judgeRestore(subject, facts.restore)] : []),
  ];
}

function judge(subject: string, check: Check, probe: Probe, message: string): Finding {
  return probe === "permitted" ? good({ subject, check }, message) : refused({ subject, check }, probe);
}

function judgeRestore(subject: string, probe: Probe): Finding {
  const about = { subject, check: "restore" } as const;
  if (probe === "permitted") return good(about, "keys can be restored: a malformed backup was refused as such");
  const isForbidden = probe.code.startsWith("vault-forbidden");
  const remedy = "Assign the restore role (keys/restore/action) on the vault for as long as a restore takes.";
  return isForbidden ? failed(about, probe.code, probe.message, remedy) : refused(about, probe);
}

export interface TenantFacts {
  readonly now: string | undefined;
  readonly atLastRun: string | undefined;
  /** What the other vaults of its subscription named: a subscription trusts one tenant. */
  readonly ofSubscription: ReadonlySet<string>;
}

/** No setting names a tenant: the vault's word is held against the last manifest's and its neighbours'. */
export function checkTenant(subject: string, { now, atLastRun, ofSubscription }: TenantFacts): Finding {
  const about = { subject, check: "tenant" } as const;
  const remedy =
    "Find out who moved the vault or its subscription: its access, and who can read its backups, moved too.";
  if (now === undefined) return notProbed(about, "no answer named a tenant", "Mend the way to the vault first.");
  if (atLastRun !== undefined && atLastRun !== now)
    return failed(
      about,
      "tenant-differs",
      `the vault names tenant ${now}; at the last run it was ${atLastRun}`,
      remedy,
    );
  const others = [...ofSubscription].filter((tenant) => tenant !== now);
  if (others.length > 0)
    return failed(
      about,
      "tenant-differs",
      `the vault names tenant ${now}, others of its subscription ${others.join(", ")}`,
      remedy,
    );
  return good(about, `the vault names tenant ${now}`);
}
