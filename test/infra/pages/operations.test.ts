import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";
import { vaultQueue } from "../../../src/catalog/vault-message.ts";
import { snapshot, type Resource } from "../bicep.ts";
import { BicepServer, root } from "../bicep-server.ts";

const bicep = new BicepServer();
afterAll(() => bicep.stop());

let resources: Resource[] = [];
beforeAll(async () => {
  resources = await snapshot(bicep, "infra/samples/three-geographies.bicepparam");
});

const textOf = (file: string) => readFileSync(path.join(root, file), "utf8");
const alerts = () => resources.filter((r) => r.type === "Microsoft.Insights/scheduledQueryRules");
const alertName = (rule: Resource) =>
  rule.name.replace(/^prod-((westeurope|brazilsouth|eastus2)-)?/, "").replace(/-\d+$/, "");

describe("docs/operations.md", () => {
  const sections = [...textOf("docs/operations.md").matchAll(/^### `([\w-]+)`\n\nSeverity (\d), (\w+)\./gm)];

  it("has a section for each alert, with its severity and kind, and for no other", () => {
    const told = sections.map(([, name, severity, kind]) => `${name} ${severity} ${kind}`);
    const deployed = alerts().map(
      (rule) => `${alertName(rule)} ${rule.properties.severity} ${rule.properties.autoMitigate ? "state" : "event"}`,
    );
    expect(told.toSorted()).toEqual([...new Set(deployed)].toSorted());
  });
});

describe.each(["docs/deploy.md", "docs/operations.md"])("%s", (file) => {
  it("links to what exists", () => {
    const links = [...textOf(file).matchAll(/\]\((?!https?:)([^)#]+)/g)].map((match) => match[1] ?? "");
    expect(links.length).toBeGreaterThan(0);
    expect(links.filter((link) => !existsSync(path.join(root, "docs", link)))).toEqual([]);
  });

  it("names files of infra that exist", () => {
    const named = [...textOf(file).matchAll(/\binfra\/[\w./-]+\.(?:sh|bicep|bicepparam)\b/g)].map((match) => match[0]);
    expect(named.filter((name) => !existsSync(path.join(root, name)))).toEqual([]);
  });
});

describe("host.json and the infrastructure", () => {
  const host = z
    .object({
      functionTimeout: z.string(),
      extensions: z.object({ queues: z.object({ maxDequeueCount: z.int(), visibilityTimeout: z.string() }) }),
      logging: z.object({
        logLevel: z.record(z.string(), z.string()),
        applicationInsights: z.object({ samplingSettings: z.object({ excludedTypes: z.string() }) }),
      }),
    })
    .parse(JSON.parse(textOf("host.json")));
  const hoursOf = (time: string): number => {
    const [hours = 0, minutes = 0, seconds = 0] = time.split(":").map(Number);
    return hours + minutes / 60 + seconds / 3600;
  };

  it("gives a vault up before the alert calls it late", () => {
    const { maxDequeueCount, visibilityTimeout } = host.extensions.queues;
    const hours = maxDequeueCount * (hoursOf(host.functionTimeout) + hoursOf(visibilityTimeout));
    const lateAfterHours = Number(/param lateAfterHours int = (\d+)/.exec(textOf("infra/main.bicep"))?.[1]);
    expect(hours).toBeGreaterThan(0.5);
    expect(hours).toBeLessThan(lateAfterHours - 24);
  });

  it("logs the lines that the alerts read, all of them", () => {
    expect(host.logging.logLevel["default"]).toBe("Information");
    expect(host.logging.applicationInsights.samplingSettings.excludedTypes.split(";")).toContain("Trace");
  });

  it("has the queues of the program made beforehand, in the host storage of each app", () => {
    const queues = resources.filter((r) => r.type === "Microsoft.Storage/storageAccounts/queueServices/queues");
    const accounts = new Set(queues.map((r) => r.name.split("/")[0]));
    expect(accounts.size).toBe(6);
    const expected = [...accounts].flatMap((name) =>
      [vaultQueue, `${vaultQueue}-poison`].map((queue) => `${name}/default/${queue}`),
    );
    expect(queues.map((r) => r.name).toSorted()).toEqual(expected.toSorted());
  });
});
