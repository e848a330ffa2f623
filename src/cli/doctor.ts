import { Option, type Command } from "commander";
import { enabledTiers } from "../catalog/tiers.ts";
import { parseSchedule } from "../config/schedule.ts";
import { readConfig } from "../config/read-config.ts";
import { examine, type Examination } from "../doctor/examine.ts";
import { failed, type Finding, type FindingState } from "../doctor/finding.ts";
import { KeyBackupError } from "../errors/key-backup-error.ts";
import type { RestoreContext } from "../restore/context.ts";
import type { SendToRestore } from "../doctor/gather-vault.ts";
import { wireStoreProbes } from "../wiring.ts";
import { createCommand, openSession, type CommonOptions, type Host, type Session } from "./command.ts";
import { exitCodes, type ExitCode } from "./exit-code.ts";
import { openApp, type Opened } from "./open-app.ts";
import { startProgress } from "./progress.ts";
import { oneLine, plural, table } from "./text.ts";

interface DoctorOptions extends CommonOptions {
  readonly all?: boolean;
  readonly restore?: boolean;
}

/** `doctor`: what would fail on the worst day, found before it. */
export const doctorCommand = (host: Host): Command =>
  createCommand({
    usage: "doctor",
    summary: "check settings, rights, stores and vaults; changes nothing",
    description:
      "Checks settings, this machine's clock, every store and every vault, and says what to do about what it finds.\n" +
      "Nothing is changed anywhere: rights are probed with calls that must be refused, for one reason or the other.\n" +
      "It sees with the eyes of whoever runs it: run it as the app's identity to check the app's rights.",
    examples: [
      ["doctor", "what is wrong, and what to do"],
      ["doctor --all", "every check, the good ones too"],
      ["doctor --restore", "also whether this identity may restore to each vault"],
      ["doctor --json", "every finding, for a script"],
    ],
  })
    .addOption(new Option("--all", "show good findings too"))
    .addOption(new Option("--restore", "probe the right to restore, with a deliberately malformed backup"))
    .action(async (options: DoctorOptions) => {
      const session = openSession(host, options);
      const findings = await findAll(options, session);
      session.report({ findings }, () => findingsText(findings, options.all === true));
      host.outcome.exitCode = exitCodeOf(findings);
    });

async function findAll(options: DoctorOptions, session: Session): Promise<readonly Finding[]> {
  const result = readConfig(undefined, "command-line");
  if (!result.ok)
    return result.problems.map(({ setting, message }) =>
      failed(
        { subject: setting, check: "settings" },
        "bad-configuration",
        `${setting} ${message}`,
        "Correct this setting.",
      ),
    );
  const opened = await openApp();
  const spares = opened.config.vaults.filter(({ backup }) => !backup);
  const steps = opened.config.stores.length + opened.context.vaults.length + spares.length;
  const progress = startProgress(session.terminal, "checking", steps);
  return examine(await examinationOf(opened, options, progress.step)).finally(progress.stop);
}

async function examinationOf(
  { config, context, restore }: Opened,
  options: DoctorOptions,
  onProgress: () => void,
): Promise<Examination> {
  const schedule = parseSchedule(config.schedule);
  const probes = await wireStoreProbes(config, "command-line");
  const names = enabledTiers(config.keepDays);
  const stores = context.stores.map((store) => ({
    store,
    containers: [
      ...names.map((name) => ({ name, container: store.containers[name] })),
      { name: "restores", container: store.restores },
    ].flatMap((container) => {
      const probe = probes.get(`${store.url}/${container.name}`);
      return probe ? [{ ...container, probe }] : [];
    }),
  }));
  return {
    clock: context.clock,
    regions: config.regions,
    observedRegion: config.observedRegion,
    lateAfterInMs: 2 * (schedule.ok ? schedule.schedule.longestGapInMs : dayInMs),
    stores,
    vaults: context.vaults,
    spares: config.vaults.filter(({ backup }) => !backup),
    vaultProblems: context.vaultProblems,
    openVault: (vault) => context.openVault(vault, context.requestsPerSecond(1)),
    ...(options.restore === true && { sendToRestore: sendingTo(restore) }),
    onProgress,
  };
}

function sendingTo(restore: RestoreContext): SendToRestore {
  return async ({ host, name }, bytes) => {
    const target = restore.targets.find((one) => one.host === host);
    if (!target) throw new KeyBackupError("vault-not-configured", `restore to vault ${name}: it is not configured`);
    // The name is for messages: bytes that are no backup name no key.
    await restore.openTarget(target).restoreKey("doctor", bytes);
  };
}

const dayInMs = 86_400_000;

const words: Readonly<Record<FindingState, string>> = {
  good: "good",
  warning: "WARNING",
  failed: "FAILED",
  "not-probed": "not probed",
};

function findingsText(findings: readonly Finding[], all: boolean): string {
  const shown = all ? findings : findings.filter(({ state }) => state !== "good");
  const rows = shown.map(({ state, subject, check, message }) => [words[state], subject, check, message]);
  const remedies = new Set(shown.flatMap(({ remedy, code, check }) => (remedy ? [`${code ?? check}: ${remedy}`] : [])));
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length;
  const summary = `${plural(findings.length, "check")}: ${count("good")} good, ${count("warning")} warnings, ${count("failed")} failed, ${count("not-probed")} not probed.`;
  return [
    ...(rows.length > 0 ? [table(["", "what", "check", "finding"], rows), ""] : []),
    ...(remedies.size > 0 ? ["What to do:", ...[...remedies].map((remedy) => `  ${oneLine(remedy)}`), ""] : []),
    summary,
  ].join("\n");
}

/** Warnings and what could not be probed are `partial`: nothing is known to be broken, and not all is known to be well. */
function exitCodeOf(findings: readonly Finding[]): ExitCode {
  const states = new Set(findings.map(({ state }) => state));
  if (states.has("failed")) return exitCodes.failed;
  return states.has("warning") || states.has("not-probed") ? exitCodes.partial : exitCodes.done;
}
