import { backUpVault, type AttemptResult } from "../../src/backup/back-up-vault.ts";
import type { KeyEntry } from "../../src/catalog/entry.ts";
import type { Tier } from "../../src/catalog/tiers.ts";
import { DAY_IN_MS } from "../../src/ports/clock.ts";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { KeyBackupError } from "../../src/errors/key-backup-error.ts";
import type { KeyPage } from "../../src/ports/key-vault.ts";
import { night, startNight } from "./nights.ts";
import type { World } from "./world.ts";

export const failure = (code: ErrorCode): KeyBackupError => new KeyBackupError(code, `do something: ${code}`);

export const keyNames = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, nth) => `key-${String(nth).padStart(4, "0")}`);

/** One delivery of the first vault's message of a run of now. */
export async function attemptOnce(world: World, context = world.context): Promise<AttemptResult> {
  const [message] = await startNight(world);
  if (!message) throw new Error("the run has no message");
  return backUpVault(message, context, world.logger);
}

export async function nextNight(world: World): Promise<void> {
  await world.clock.advance(DAY_IN_MS);
  world.applyLifecycle();
  await night(world);
  world.checkPromises();
}

export function entryOf(world: World, name: string, tier: Tier = "daily"): KeyEntry | undefined {
  return world.manifest(tier)?.keys.find((entry) => entry.name === name);
}

export const warningsOf = (world: World): readonly string[] =>
  (world.manifest()?.head.warnings ?? []).map(({ code }) => code);

/** The world's context with a vault whose listing is changed page by page. */
export function withPages(world: World, change: (pages: readonly KeyPage[]) => readonly KeyPage[]): World["context"] {
  return {
    ...world.context,
    openVault(vault, rate) {
      const opened = world.context.openVault(vault, rate);
      return {
        ...opened,
        async *listKeys() {
          const pages: KeyPage[] = [];
          for await (const page of opened.listKeys()) pages.push(page);
          yield* change(pages);
        },
      };
    },
  };
}
