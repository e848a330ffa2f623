// Brings build/key-vault-backup.zip to every app that a deployment made. Run by azd, or by hand with the name of an
// `az deployment sub` deployment. A fresh identity needs minutes until it may write the package: hence the tries.
import { existsSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { az } from "./az.mjs";
import { isGroupName, isSubscriptionId, readArguments, readOutput, runHook, UsageError } from "./hook.mjs";

const packagePath = "build/key-vault-backup.zip";
const tries = 15;

await runHook("deploy-apps", async (tell) => {
  const usage = "usage: node infra/hooks/deploy-apps.mjs [DEPLOYMENT] [--dry-run]; without DEPLOYMENT, run by azd";
  const { argument: deployment, "dry-run": dryRun } = readArguments(usage, ["dry-run"]);
  const waitInSeconds = readWait();
  const apps = parseApps(readOutput("KEY_BACKUP_APPS", deployment));
  if (!existsSync(new URL(`../../${packagePath}`, import.meta.url)))
    throw new Error(`${packagePath} is missing; run: npm run package`);
  const subscription = deployment === undefined ? subscriptionOfAzd() : [];

  if (dryRun) {
    for (const { resourceGroup, name } of apps) tell(`would bring ${packagePath} to ${name} in ${resourceGroup}`);
    return true;
  }
  if (!az(["account", "show", ...subscription, "--output", "none"]).ok)
    throw new Error("az can not work in the subscription of the apps; run: az login");
  return deployAll(apps, { subscription, waitInSeconds, tell });
});

/** Whether every app has the package in the end. One that fails is tried again after the others. */
async function deployAll(apps, { subscription, waitInSeconds, tell }) {
  let left = apps;
  for (let attempt = 1; attempt <= tries && left.length > 0; attempt++) {
    if (attempt > 1) await wait(waitInSeconds * 1000);
    const refused = [];
    for (const app of left) {
      tell(`${app.name}: try ${attempt} of ${tries}`);
      if (deploy(app, subscription)) tell(`${app.name}: has the package`);
      else refused.push(app);
    }
    left = refused;
    const next = attempt < tries ? `, again in ${waitInSeconds} s` : "";
    for (const { name } of left) tell(`${name}: try ${attempt} failed${next}`);
  }
  tell(`${apps.length - left.length} of ${apps.length} apps have the package`);
  for (const { name, resourceGroup } of left) tell(`${name} in ${resourceGroup} has not`);
  return left.length === 0;
}

function deploy({ resourceGroup, name }, subscription) {
  const where = ["--resource-group", resourceGroup, "--name", name, ...subscription];
  const what = ["--src", packagePath, "--build-remote", "false", "--output", "none"];
  return az(["functionapp", "deployment", "source", "config-zip", ...where, ...what]).ok;
}

/** A list of apps for each stamp, as the template puts it out, made one list. */
function parseApps(output) {
  const apps = Array.isArray(output) ? output.flat() : [];
  const problems = apps.flatMap((app, i) => [
    ...(isGroupName(app?.resourceGroup) ? [] : [`app ${i + 1} has no resourceGroup that can be one`]),
    ...(isAppName(app?.name) ? [] : [`app ${i + 1} has no name that can be one`]),
  ]);
  if (apps.length === 0) problems.push("it lists no apps");
  if (problems.length > 0) throw new Error(`KEY_BACKUP_APPS is not what the template puts out: ${problems.join("; ")}`);
  return apps;
}

function isAppName(name) {
  return typeof name === "string" && /^[a-z\d][a-z\d-]{0,58}[a-z\d]$/i.test(name);
}

/** azd may work in another subscription than az does by default. */
function subscriptionOfAzd() {
  const id = process.env["AZURE_SUBSCRIPTION_ID"] ?? "";
  if (id === "") return [];
  if (!isSubscriptionId(id)) throw new Error("AZURE_SUBSCRIPTION_ID is no subscription's id");
  return ["--subscription", id];
}

function readWait() {
  const seconds = Number(process.env["KEY_BACKUP_HOOK_WAIT_SECONDS"] ?? 60);
  if (seconds >= 0 && seconds <= 600) return seconds;
  throw new UsageError("KEY_BACKUP_HOOK_WAIT_SECONDS is not a number from 0 to 600");
}
