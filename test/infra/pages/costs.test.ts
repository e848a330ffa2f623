import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findUnfinishedVaults } from "../../../src/backup/resume-runs.ts";
import { tiers } from "../../../src/catalog/tiers.ts";
import { keyVaultLimits } from "../../../src/pacing/limits.ts";
import { night, walk } from "../../backup/nights.ts";
import { createWorld } from "../../backup/world.ts";
import { BicepServer, root } from "../bicep-server.ts";
import {
  deployed,
  factsOf,
  formatDollars,
  formatQuantity,
  hostQueues,
  hourlyLook,
  linesOf,
  ofType,
  sizes,
  sumsOf,
  vaultMonth,
  type Facts,
  type Scale,
} from "./costs.ts";

const page = readFileSync(path.join(root, "docs/deploy.md"), "utf8");
const section = /^## What it costs\n([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(page)?.[1] ?? "";

const priceIn = (text: string) => (row: string) => {
  const found = text.split("\n").find((line) => line.startsWith(`| ${row}`));
  const amount = /\| \$([\d.]+) \|/.exec(found ?? "")?.[1];
  if (amount === undefined) throw new Error(`no price of ${row}`);
  return Number(amount);
};
const price = priceIn(section);

const bicep = new BicepServer();
afterAll(() => bicep.stop());

const counts = [10, 100, 1000];
let everyNight: readonly Facts[] = [];
let everyTwoWeeks: Facts;
beforeAll(async () => {
  const facts: Facts[] = [];
  for (const vaults of counts) facts.push(factsOf(await deployed(bicep, vaults)));
  everyNight = facts;
  everyTwoWeeks = factsOf(await deployed(bicep, 10, { refreshDays: 14 }));
});

const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

/** The table of the page, from facts and prices. */
function tableOf(facts: readonly Facts[], twoWeeks: Facts): readonly string[] {
  const lines = counts.map((vaults, i) => {
    const own = facts[i] ?? twoWeeks;
    const scale: Scale = { vaults, keys: 50, refreshDays: 0 };
    const often = sumsOf(linesOf(scale, own, price));
    const seldom = sumsOf(linesOf({ ...scale, refreshDays: 14 }, { ...twoWeeks, rules: own.rules }, price));
    return { lines: linesOf(scale, own, price), often, seldom };
  });
  const cell = (quantity: number, dollars: number): string =>
    dollars === 0 ? formatQuantity(quantity) : `${formatQuantity(quantity)}: ${formatDollars(dollars)}`;
  const items = lines[0]?.lines.map(({ item }) => item) ?? [];
  return [
    ...items.map((item, at) =>
      row([item, ...lines.map((each) => cell(each.lines[at]?.quantity ?? 0, each.lines[at]?.dollars ?? 0))]),
    ),
    row(["**first month**", ...lines.map(({ often }) => `**${formatDollars(often.first)}**`)]),
    row(["**a month after seven years**", ...lines.map(({ often }) => `**${formatDollars(often.later)}**`)]),
    row(["first month, `refreshDays = 14`", ...lines.map(({ seldom }) => formatDollars(seldom.first))]),
    row(["after seven years, `refreshDays = 14`", ...lines.map(({ seldom }) => formatDollars(seldom.later))]),
  ];
}

const missingIn = (text: string, rows: readonly string[]) => rows.filter((one) => !text.includes(`\n${one}\n`));

const everySmall = (): Facts => {
  const [small] = everyNight;
  if (small === undefined) throw new Error("no facts");
  return small;
};

/** What the text below the table says of 1,000 vaults. */
function saidOf(keys: number, together?: number): string {
  const scale: Scale = { vaults: 1000, keys, refreshDays: 0, ...(together === undefined ? {} : { together }) };
  const lines = linesOf(scale, everyNight[2] ?? everySmall(), price);
  const app = lines.find(({ item }) => item === "GB-seconds")?.dollars ?? 0;
  const { first, later } = sumsOf(lines);
  return `${formatDollars(first)} in the first month and ${formatDollars(later)} in one after seven years, ${formatDollars(app)} of it for GB-seconds`;
}

describe("the costs of docs/deploy.md", () => {
  it("are what facts and prices come to", () => {
    expect(missingIn(section, tableOf(everyNight, everyTwoWeeks))).toEqual([]);
    for (const said of [saidOf(50, 5), saidOf(500), saidOf(500, 5)]) expect(section).toContain(said);
  });

  it("would not be with another number, price or rule", () => {
    const rows = tableOf(everyNight, everyTwoWeeks);
    for (const one of rows)
      expect(missingIn(section.replace(one, one.replace(/\d(?=\D*$)/, "x")), rows)).toEqual([one]);
    const oneRuleMore = everyNight.map((facts) => ({ ...facts, rules: facts.rules + 1 }));
    expect(missingIn(section, tableOf(oneRuleMore, everyTwoWeeks)).join()).toContain("| alert rules");
    expect(() => priceIn(section)("10,000 deletions")).toThrow("no price");
    expect(priceIn(section.replace("$0.03 |", "$0.04 |"))("10,000 Key Vault operations")).toBe(0.04);
  });

  it("are of rules that are run hourly, in the class of 15 minutes or more", async () => {
    const rules = ofType(await deployed(bicep, 10), "Microsoft.Insights/scheduledQueryRules");
    expect(new Set(rules.map(({ properties }) => properties.evaluationFrequency))).toEqual(new Set(["PT1H"]));
    // A rule that splits by dimensions is paid by time series too.
    expect(JSON.stringify(rules)).not.toContain("dimensions");
  });

  it("of a private network are those of its endpoints", async () => {
    const endpoints = async (vaults: number) =>
      ofType(await deployed(bicep, vaults, { isPrivate: true }), "Microsoft.Network/privateEndpoints").length;
    const ownOnly = (await endpoints(10)) - 10;
    expect(await endpoints(20)).toBe(ownOnly + 20);
    const month = (count: number): string => formatDollars(count * 730 * price("private endpoint"));
    expect(section).toContain(`${ownOnly} private endpoints (${month(ownOnly)} a month)`);
    expect(section).toContain(`1,000 vaults ${month(1000)}`);
  });

  it("say what host.json and the assumptions say", () => {
    const [, , seconds] = hostQueues.maxPollingInterval.split(":");
    expect(section).toContain(`at most ${formatQuantity((30 * 86_400) / Number(seconds))} operations a month`);
    expect(section).toContain(`${formatDollars((sizes.vaultRow / 1000) * price("GB of logs |"))} for each million`);
    expect(section).toContain(
      `${sizes.backup / 1000} KB a backup (assumed), ${sizes.entry / 1000} KB an entry and ${sizes.line / 1000} KB a line`,
    );
    expect(section).toContain(
      `${sizes.vaultRow / 1000} KB in the vault's log and ${sizes.storeRow / 1000} KB in the store's, and ${sizes.execution / 1000} KB for each execution`,
    );
    expect(section).toContain(`the ${everySmall().softDeleteDays} days of soft delete`);
    const perSecond = keyVaultLimits.otherTransactions / (keyVaultLimits.windowInMs / 1000);
    expect(section).toContain(`\`limitShare\` ${everySmall().limitShare} of ${perSecond} a second`);
    expect(keyVaultLimits.vaultsPerSubscription).toBe(5);
    expect(section).toContain(`${everySmall().memoryInGB} GB, two vaults at a time`);
    expect(everySmall().batchSize).toBe(2);
  });
});

const keyNames = (count: number): string[] => Array.from({ length: count }, (_, i) => `key-${i}`);
const fifty: Scale = { vaults: 1, keys: 50, refreshDays: 0 };

describe("the quantities are those of the program", () => {
  it("in a month of 30 nights in which all tiers are due", { timeout: 60_000 }, async () => {
    const world = createWorld({ start: "2027-01-01T02:00:00Z", vaults: [{ name: "kv", keys: keyNames(50) }] });
    const counted = new Map<string, number>();
    world.setHook((operation) => {
      const [verb = ""] = operation.split(" ");
      counted.set(verb, (counted.get(verb) ?? 0) + 1);
    });
    await walk(world, { nights: 30 });
    const { requests, writes, reads, listings } = vaultMonth(fifty);
    expect(world.vault.requestCount()).toBe(requests);
    expect(counted.get("create")).toBe(writes + 30);
    // The first night of all has no manifests to read, and looks for them once more.
    expect((counted.get("read") ?? 0) + (counted.get("stat") ?? 0)).toBe(reads - 3);
    expect(counted.get("list")).toBe(listings + 2);

    const stored = [...world.store.memory.daily.blobs].map(([name, { content }]) => ({
      name,
      size: content.byteLength,
    }));
    const bytesOf = (end: string) =>
      stored.filter(({ name }) => name.endsWith(end)).reduce((sum, { size }) => sum + size, 0);
    expect(Math.abs(bytesOf(".json") / (30 * 50 * sizes.entry) - 1)).toBeLessThan(0.1);
    expect(Math.abs(bytesOf(".jsonl") / (30 * 50 * sizes.line) - 1)).toBeLessThan(0.1);
  });

  it("with refresh days", { timeout: 60_000 }, async () => {
    const vaults = [{ name: "kv", keys: keyNames(50) }];
    const world = createWorld({ start: "2026-12-10T02:00:00Z", refreshDays: 14, vaults });
    let before = 0;
    await walk(world, {
      nights: 52,
      after: (date) => void (date === "2026-12-31" && (before = world.vault.requestCount())),
    });
    const { requests } = vaultMonth({ ...fifty, refreshDays: 14 });
    expect((world.vault.requestCount() - before) / requests).toBeCloseTo(1, 1);
  });

  it.each([3, 21])("of the hourly look at a run of %i vaults", async (count) => {
    const vaults = Array.from({ length: count }, (_, i) => ({ name: `kv-${i}`, keys: ["a"] }));
    const world = createWorld({ vaults });
    await night(world);
    await world.clock.advance(2 * 3_600_000);
    const operations: string[] = [];
    world.setHook((operation) => void operations.push(operation));
    await findUnfinishedVaults(world.context, world.logger);
    const listings = operations.filter((operation) => operation.startsWith("list"));
    expect({ reads: operations.length - listings.length, listings: listings.length }).toEqual(hourlyLook(count));
  });

  it("with pages of 25 keys, and all tiers on", () => {
    const source = readFileSync(path.join(root, "src/azure/key-vault.ts"), "utf8");
    expect(source).toContain("const PAGE_SIZE = 25;");
    expect(Object.keys(everySmall().blobDays).toSorted()).toEqual([...tiers].toSorted());
    for (const tier of tiers) expect(everySmall().blobDays[tier]).toBeGreaterThan(everySmall().manifestDays[tier]);
  });
});
