import { afterEach, describe, expect, it, vi } from "vitest";
import { makePackage } from "../rehearsal/package.ts";
import { runCommandLine } from "../rehearsal/command-line.ts";
import { az } from "./az.ts";
import { createAzd } from "./azd.ts";
import { openAzure, type Azure } from "./azure.ts";
import { shellBlocks } from "./pages.ts";
import { openShell, type Ended, type Environment, type Shell } from "./shell.ts";

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

/** The packages are here already, and the app is built: what is left of it is the zip. */
async function npm(args: string): Promise<Partial<Ended>> {
  if (args === "run package") makePackage();
  else if (args !== "ci") throw new Error(`npm ${args}: not known here`);
  return {};
}

/** A member of the group that may restore, at the command line. */
async function npx(azure: Azure, [name, ...args]: readonly string[], env: Environment): Promise<Partial<Ended>> {
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

describe(page, () => {
  it("leads with azd from nothing to a green run and a first restore", async () => {
    const { azure, shell } = await start();
    const [azdWay = "", , firstRun = ""] = shellBlocks(page, "From nothing to the first green run");
    console.log(await succeed(shell, azdWay));
    console.log(await succeed(shell, firstRun, network(azure)));
    await vi.waitFor(
      async () =>
        expect(await succeed(shell, firstRun.split("\n").at(-2) ?? "", network(azure))).toContain(
          '"state":"succeeded"',
        ),
      { timeout: 60_000, interval: 1000 },
    );
    for (const block of shellBlocks(page, "A first restore")) console.log(await succeed(shell, block));
    expect(azure.cloud().emulator.vault("kv-shop-spare").versionsOf("orders")).toEqual(
      azure.cloud().emulator.vault("kv-shop-prod").versionsOf("orders"),
    );
  });
});
