import { app, type HttpFunctionOptions } from "@azure/functions";
import { readRegistration } from "./config/registration.ts";
import { abandonedVault, abandonedVaultOptions } from "./functions/abandoned-vault.ts";
import { backupVault, backupVaultOptions } from "./functions/backup-vault.ts";
import { getHealth, getHealthOptions } from "./functions/get-health.ts";
import { getRun, getRunOptions } from "./functions/get-run.ts";
import { listRuns, listRunsOptions } from "./functions/list-runs.ts";
import { nightlyBackup, nightlyBackupOptions } from "./functions/nightly-backup.ts";
import { planRestore, planRestoreOptions } from "./functions/plan-restore.ts";
import { requestBackup, requestBackupOptions } from "./functions/request-backup.ts";
import { resumeRuns, resumeRunsOptions } from "./functions/resume-runs.ts";
import { runRestore, runRestoreOptions } from "./functions/run-restore.ts";

// A bad configuration never hides the functions: they register, and each refuses with all problems.
const { role, auth, schedule } = readRegistration();

/** With Entra, App Service authentication stands before the app, and each handler checks the app role. */
const authLevel = auth === "entra" ? "anonymous" : "function";

function http(
  name: string,
  options: Pick<HttpFunctionOptions, "methods" | "route" | "extraOutputs" | "handler">,
): void {
  app.http(name, { ...options, authLevel });
}

if (role !== "restore") {
  app.timer("nightlyBackup", { ...nightlyBackupOptions, schedule, handler: nightlyBackup });
  app.timer("resumeRuns", { ...resumeRunsOptions, handler: resumeRuns });
  app.storageQueue("backupVault", { ...backupVaultOptions, handler: backupVault });
  app.storageQueue("abandonedVault", { ...abandonedVaultOptions, handler: abandonedVault });
  http("requestBackup", { ...requestBackupOptions, handler: requestBackup });
}
if (role !== "backup") http("runRestore", { ...runRestoreOptions, handler: runRestore });
http("planRestore", { ...planRestoreOptions, handler: planRestore });
http("listRuns", { ...listRunsOptions, handler: listRuns });
http("getRun", { ...getRunOptions, handler: getRun });
http("getHealth", { ...getHealthOptions, handler: getHealth });
