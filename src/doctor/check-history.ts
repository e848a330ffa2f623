import type { KeyEntry } from "../catalog/entry.ts";
import type { HistoryFacts } from "./facts.ts";
import { failed, good, hintOf, notProbed, warning, type Finding } from "./finding.ts";

/** Key Vault backs up no key with more versions than this, and no single version can be deleted. */
export const mostVersions = 500;
/** A key that rotates monthly then has four years; one that rotates daily two months. */
export const versionsToWarnOf = 440;

/** What the store says of a vault's protection. */
export function checkHistory(history: HistoryFacts): readonly Finding[] {
  return [checkLastRun(history), checkVersions(history), ...checkManifests(history)];
}

function checkLastRun({ vault, health, newest }: HistoryFacts): Finding {
  const about = { subject: vault.name, check: "last-run" } as const;
  const { state, lastGoodAt, lastStatus } = health;
  if (state === "never" || lastGoodAt === undefined) {
    const message = lastStatus === undefined ? "no run has ever backed up this vault" : "no run of this vault was good";
    return failed(
      about,
      "never-backed-up",
      message,
      "Start a run (key-backup backup) and read what it says of this vault.",
    );
  }
  if (state === "late") {
    const remedy = "See whether the timer fires and what the last runs say (key-backup runs).";
    return failed(
      about,
      "late",
      `the last good run began at ${lastGoodAt}, longer ago than two schedule periods`,
      remedy,
    );
  }
  const unsaved = (newest?.keys ?? []).filter(({ outcome }) => outcome === "failed");
  if (lastStatus === "succeeded" && unsaved.length === 0) return good(about, `the last run began at ${lastGoodAt}`);
  const what = unsaved.length > 0 ? `: ${unsaved.length} keys failed (${someNames(unsaved)})` : "";
  const remedy = "Read the reasons in the run's manifest (key-backup runs RUN).";
  return warning(about, "last-run-partial", `the last run was ${lastStatus ?? "partial"}${what}`, remedy);
}

function checkVersions({ vault, newest }: HistoryFacts): Finding {
  const about = { subject: vault.name, check: "versions" } as const;
  const remedy = hintOf("key-too-many-versions");
  if (!newest) return notProbed(about, "no manifest can be read", "Start a run (key-backup backup).");
  const live = newest.keys.filter(({ outcome }) => outcome !== "deleted");
  const over = live.filter(
    (entry) => entry.code === "key-too-many-versions" || (entry.versions?.length ?? 0) >= mostVersions,
  );
  if (over.length > 0) {
    const message = `at or over ${mostVersions} versions, and soon or already without backup: ${someNames(over)}`;
    return failed(about, "key-too-many-versions", message, remedy);
  }
  const near = live.filter(({ versions }) => (versions?.length ?? 0) >= versionsToWarnOf);
  if (near.length === 0) return good(about, `no key has ${versionsToWarnOf} versions or more`);
  const counted = near.map(({ name, versions }) => `${name} ${versions?.length ?? 0}`);
  return warning(about, "many-versions", `near ${mostVersions} versions: ${someOf(counted)}`, remedy);
}

function checkManifests({ vault, warnings }: HistoryFacts): readonly Finding[] {
  const about = { subject: vault.name, check: "last-run" } as const;
  const remedy = "Find out who could write to the store; the next good manifest is used meanwhile.";
  return warnings.map(({ code, message }) => warning(about, code, message, remedy));
}

const someNames = (entries: readonly KeyEntry[]): string => someOf(entries.map(({ name }) => name));

function someOf(texts: readonly string[]): string {
  const first = texts.slice(0, 5).join(", ");
  return texts.length > 5 ? `${first} and ${texts.length - 5} more` : first;
}
