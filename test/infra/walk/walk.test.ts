import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { appRoles } from "../../../src/http/principal.ts";
import { afterEach, describe, expect, it, vi } from "vitest";
import { withFiles } from "../bicep.ts";
import { root } from "../bicep-server.ts";
import { packagePath } from "../rehearsal/package.ts";
import { runCommandLine } from "../rehearsal/command-line.ts";
import { az } from "./az.ts";
import { createAzd } from "./azd.ts";
import { openAzure, type Azure } from "./azure.ts";
import { shellBlocks } from "./pages.ts";
import type { Ended, Environment } from "../run-program.ts";
import { openShell, type Shell } from "./shell.ts";

const page = "docs/deploy.md";
const operators = "44444444-4444-4444-4444-444444444444";
const keysOf = (vault: string) =>
  vault === "kv-shop-spare"
    ? []
    : [
        { name: "orders", versions: 3 },
        { name: "page", count: 10 },
      ];

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).toReversed()) await close();
});

async function start(): Promise<{ azure: Azure; shell: Shell }> {
  const azure = openAzure(keysOf);
  open.push(() => azure.close());
  const azd = createAzd(azure);
  const shell = await openShell(["az", "azd", "npm", "npx"], async (invocation) => {
    switch (invocation.command) {
      case "az":
        return az(azure, invocation);
      case "azd":
        return azd(invocation);
      case "npm":
        return npm(invocation.args.join(" "));
      default:
        return npx(azure, invocation.args, invocation.env);
    }
  });
  open.push(() => shell.close());
  return { azure, shell };
}

/** The packages are here already, and the zip was made before the tests, by what `npm run package` runs. */
async function npm(args: string): Promise<Partial<Ended>> {
  if (args === "run package" && existsSync(packagePath)) return {};
  if (args !== "ci") throw new Error(`npm ${args}: not known here`);
  return {};
}

/** A member of the group that may restore, at the command line. */
async function npx(
  azure: Azure,
  [name, ...args]: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<Partial<Ended>> {
  if (name !== "key-backup") throw new Error(`npx ${name}: not known here`);
  return runCommandLine(azure.cloud(), { settings: env }, operators, args);
}

/** What lets curl reach the cloud by its names. */
const network = (azure: Azure): Environment => ({
  HTTPS_PROXY: azure.cloud().gateway.proxyUrl,
  CURL_CA_BUNDLE: azure.cloud().certPath,
});

async function succeed(shell: Shell, block: string, env: Environment = {}): Promise<string> {
  const { status, stdout, stderr } = await shell.run(block, { KEY_BACKUP_HOOK_WAIT_SECONDS: "0", ...env });
  expect({ status, stderr: status === 0 ? "" : `${block}\n${stdout}\n${stderr}` }).toEqual({ status: 0, stderr: "" });
  return stdout;
}

/** Pastes the block that starts a run, then its last line until the run has ended well. */
async function runGreen(azure: Azure, shell: Shell, block: string): Promise<void> {
  expect(await succeed(shell, block, network(azure))).toContain('"joined":false');
  const look = block.trimEnd().split("\n").at(-1) ?? "";
  await vi.waitFor(async () => expect(await succeed(shell, look, network(azure))).toContain('"state":"succeeded"'), {
    timeout: 60_000,
    interval: 1000,
  });
}

const firstGreenRun = "From nothing to the first green run";

describe("docs/deploy.md", () => {
  it("leads with azd from nothing to a green run and a proven first restore", async () => {
    const { azure, shell } = await start();
    const [azdWay = "", , firstRun = ""] = shellBlocks(page, firstGreenRun);
    const deployed = await succeed(shell, azdWay);
    expect(deployed).toContain("try 1 failed");
    expect(deployed).toContain("1 of 1 apps have the package");
    expect(deployed).toContain("nothing to lock");
    await runGreen(azure, shell, firstRun);

    const [restore = ""] = shellBlocks(page, "A first restore");
    const { emulator } = azure.cloud();
    expect(await succeed(shell, restore)).toContain("proven, 3 versions");
    expect(emulator.vault("kv-shop-spare").versionsOf("orders")).toEqual(
      emulator.vault("kv-shop-prod").versionsOf("orders"),
    );
    expect(emulator.vault("kv-shop-spare").keyNames()).toEqual(["orders"]);
    expect(
      azure
        .cloud()
        .rights.uses()
        .filter(({ allowed }) => !allowed),
    ).toEqual([]);
    expect(azure.cloud().gateway.strangers()).toEqual([]);

    const [lock = ""] = shellBlocks(page, "Immutability (WORM)");
    expect([...azure.policies.values()].map(({ state }) => state)).toEqual(Array(4).fill("Unlocked"));
    expect(await succeed(shell, lock)).toContain("restores: is locked, for 2555 days");
    expect([...azure.policies.values()].map(({ state }) => state)).toEqual(Array(4).fill("Locked"));
    expect(await succeed(shell, "azd up")).toContain("is locked already");
    await runGreen(azure, shell, firstRun);
  });

  it("leads with az, from the small sample, to a green run", async () => {
    const { azure, shell } = await start();
    const [, azWay = "", firstRun = ""] = shellBlocks(page, firstGreenRun);
    expect(await succeed(shell, azWay)).toContain("1 of 1 apps have the package");
    await runGreen(azure, shell, firstRun.replace("rg-prod-", "rg-small-"));
    expect(azure.cloud().gateway.strangers()).toEqual([]);

    const [, lock = ""] = shellBlocks(page, "Immutability (WORM)");
    expect(await succeed(shell, lock)).toContain("nothing to lock");
    const text = readFileSync(path.join(root, azure.ownParameters), "utf8").replace("'../", "'ROOT/infra/");
    await withFiles({ "locked.bicepparam": `${text}\nparam worm = 'locked'\n` }, async (folder) => {
      azure.ownParameters = path.join(folder, "locked.bicepparam");
      await succeed(shell, azWay);
    });
    expect(await succeed(shell, lock)).toMatch(
      /restores: to be locked for ever[\s\S]*restores: is locked, for 2555 days/,
    );
    expect([...azure.policies.values()].map(({ state }) => state)).toEqual(Array(4).fill("Locked"));
  });

  it("gives the template for management groups the parameters that it takes", async () => {
    const { shell } = await start();
    const [toWorkspace = ""] = shellBlocks(page, "Management groups");
    expect((await shell.run(toWorkspace)).status).toBe(0);
    expect((await shell.run(toWorkspace.replace("workspaceId=", "workspace="))).stderr).toContain("it takes");
  });

  it("removes a vault, and tears down until nothing of the deployment is left", async () => {
    const { azure, shell } = await start();
    const [azdWay = ""] = shellBlocks(page, firstGreenRun);
    await succeed(shell, azdWay);
    const about = (vault: string) => azure.resources().filter(({ id }) => id.includes(`/vaults/${vault}/`));
    expect(about("kv-shop-test").length).toBeGreaterThan(2);
    const [removal = ""] = shellBlocks(page, "Moving or removing a vault");
    await succeed(shell, removal);
    expect(about("kv-shop-test")).toEqual([]);

    const [access = "", store = "", rest = ""] = shellBlocks(page, "Tear-down");
    expect((await shell.run(rest)).stderr).toContain("RoleDefinitionHasAssignments");
    expect((await shell.run("az group delete --name rg-prod-westeurope-store --yes")).stderr).toContain("ScopeLocked");
    for (const block of [access, store, rest]) await succeed(shell, block);
    expect(azure.resources().map(({ id }) => id)).toEqual([]);
  });

  it("leads with Entra to a run that a person started, signed in, and to no restore by an application", async () => {
    const { azure, shell } = await start();
    const [azdWay = ""] = shellBlocks(page, firstGreenRun);
    await succeed(shell, azdWay.replace(/^azd up$/m, ""));
    const [register = "", give = "", firstRun = ""] = shellBlocks(page, "Sign-in with Entra");
    await succeed(shell, register);
    const { appRoles: made } = azure.entra;
    expect(made.map(({ value }) => value).toSorted()).toEqual(appRoles.toSorted());
    expect(made.find(({ value }) => value === "Restores.Run")?.allowedMemberTypes).toEqual(["User"]);

    expect(await succeed(shell, firstRun, network(azure))).toContain("role-missing");
    await succeed(shell, give);
    await runGreen(azure, shell, firstRun);
  });

  it("is walked by a shell that stops at what it does not know", async () => {
    const { shell } = await start();
    expect(await shell.run("az keyvault purge --name kv-shop-prod; echo went on")).toMatchObject({
      status: 98,
      stdout: "",
    });
    expect(await shell.run("azd env set A b\nnpm install left-pad")).toMatchObject({ status: 98 });
    expect(await shell.run("infra/hooks/no-such-hook.mjs")).toMatchObject({ status: 127 });
  });
});
