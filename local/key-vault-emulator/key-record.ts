import { randomUUID } from "node:crypto";
import * as z from "zod";
import type { ParsedKeySeed } from "./config.ts";
import type { KeyMaterial } from "./key-material.ts";
import type { KeyPool } from "./key-pool.ts";

/** Instants are seconds since 1970, as Key Vault has them. */
export interface KeyVersion {
  /** 32 hexadecimal digits. */
  readonly id: string;
  /** RSA, RSA-HSM, EC, EC-HSM or oct-HSM. */
  readonly type: string;
  readonly material: KeyMaterial;
  operations: readonly string[];
  enabled: boolean;
  notBefore: number | undefined;
  expires: number | undefined;
  readonly created: number;
  updated: number;
  tags: Readonly<Record<string, string>> | undefined;
  readonly exportable: boolean;
}

export interface RotationPolicy {
  readonly lifetimeActions: readonly unknown[];
  readonly attributes: Readonly<Record<string, unknown>>;
}

export interface KeyRecord {
  readonly name: string;
  readonly managed: boolean;
  /** Oldest first; never empty. */
  readonly versions: KeyVersion[];
  rotationPolicy: RotationPolicy | undefined;
}

export interface VersionFacts {
  readonly type: string;
  readonly material: KeyMaterial;
  readonly created: number;
  readonly enabled?: boolean;
  readonly notBefore?: number | undefined;
  readonly expires?: number | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  readonly operations?: readonly string[] | undefined;
  readonly exportable?: boolean;
}

export function makeVersion(facts: VersionFacts): KeyVersion {
  return {
    id: randomUUID().replaceAll("-", ""),
    type: facts.type,
    material: facts.material,
    operations: facts.operations ?? facts.material.defaultOperations,
    enabled: facts.enabled ?? true,
    notBefore: facts.notBefore,
    expires: facts.expires,
    created: facts.created,
    updated: facts.created,
    tags: facts.tags,
    exportable: facts.exportable ?? false,
  };
}

export function newestOf(record: KeyRecord): KeyVersion {
  const newest = record.versions.at(-1);
  if (newest === undefined) throw new Error(`key ${record.name} has no version`);
  return newest;
}

export function inSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

const dayInS = 86_400;

/** The keys that a seed stands for, `count` of them; versions are a day apart. */
export function recordsFrom(seed: ParsedKeySeed, pool: KeyPool, nowInS: number): KeyRecord[] {
  const created = seed.created ? inSeconds(seed.created) : nowInS;
  const width = Math.max(4, String(seed.count ?? 1).length);
  const names =
    seed.count === undefined
      ? [seed.name]
      : Array.from({ length: seed.count }, (_, index) => `${seed.name}-${String(index + 1).padStart(width, "0")}`);
  return names.map((name) => ({
    name,
    managed: seed.managed,
    rotationPolicy: seed.rotationPolicy && rotationPolicyFrom(seed.rotationPolicy, created),
    versions: Array.from({ length: seed.versions }, (_, index) =>
      makeVersion({
        type: seed.type,
        material: pool.make(seed),
        created: created - (seed.versions - 1 - index) * dayInS,
        enabled: seed.enabled,
        notBefore: seed.notBefore && inSeconds(seed.notBefore),
        expires: seed.expires && inSeconds(seed.expires),
        tags: seed.tags,
      }),
    ),
  }));
}

const policySchema = z.object({
  lifetimeActions: z.array(z.object({ trigger: z.unknown(), action: z.object({ type: z.string() }) })).default([]),
  attributes: z.object({ expiryTime: z.string().nullish() }).nullish(),
});

/** Key Vault answers action types with a capital: "rotate" comes back as "Rotate". `undefined` for what is no policy. */
export function rotationPolicyFrom(wire: unknown, nowInS: number, before?: RotationPolicy): RotationPolicy | undefined {
  const policy = policySchema.safeParse(wire).data;
  const expiryTime = policy?.attributes?.expiryTime;
  return (
    policy && {
      lifetimeActions: policy.lifetimeActions.map(({ trigger, action: { type } }) => ({
        trigger,
        action: { type: type.slice(0, 1).toUpperCase() + type.slice(1).toLowerCase() },
      })),
      attributes: {
        ...(expiryTime ? { expiryTime } : {}),
        created: before?.attributes["created"] ?? nowInS,
        updated: nowInS,
      },
    }
  );
}

/** `P1Y2M3D` after an instant; `undefined` for anything else. */
export function addPeriod(fromInS: number, period: unknown): number | undefined {
  const parts = typeof period === "string" ? /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)D)?$/.exec(period) : null;
  if (parts === null) return undefined;
  const [years, months, days] = parts.slice(1).map((part) => Number(part ?? 0));
  const date = new Date(fromInS * 1000);
  date.setUTCMonth(date.getUTCMonth() + (years ?? 0) * 12 + (months ?? 0));
  return inSeconds(date) + (days ?? 0) * dayInS;
}
