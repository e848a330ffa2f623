import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { SpawnedFunctionsHost } from "../../local/functions-host/spawn.ts";
import { startEnvironment, type Environment } from "./environment.ts";
import { manifestOf, requestRun, waitForRun } from "./runs.ts";

const inBackups = "Backup-Bytes-Marker-5f1e";
const inToken = "bearer-token-marker-9c27";
const containers = ["daily", "monthly", "yearly", "restores"];

let environment: Environment;
let host: SpawnedFunctionsHost;
const answers: string[] = [];

beforeAll(async () => {
  environment = await startEnvironment({
    vaults: ["leaky", "broken", "closed"].map((name) => ({
      name,
      region: "westeurope",
      keys: [{ name: "key", type: "EC" as const, count: 8, tags: { owner: "operations" } }],
    })),
    emulator: { token: inToken },
    settings: {
      KEY_BACKUP_LOCAL_TOKEN: inToken,
      AzureFunctionsJobHost__extensions__queues__visibilityTimeout: "00:00:00",
    },
  });
  for (const vault of environment.emulator.vaults) vault.plantMarker(inBackups);
  // Failures of every kind speak: of what the service answered, of what was sent, of bytes that could not be read.
  environment.emulator.vault("broken").addFaults([
    { match: { op: "backup", name: "key-0001" }, fault: { truncateBody: 400 } },
    { match: { op: "backup", name: "key-0002" }, fault: { corruptBlob: "truncate" } },
    { match: { op: "backup", name: "key-0003" }, fault: { status: 400, message: `not this: Bearer ${inToken}` } },
    { match: { op: "backup", name: "key-0004" }, fault: { html: 502 }, times: 1 },
    { match: { op: "get", name: "key-0005" }, fault: { expiredToken: true } },
    { match: { op: "backup", name: "key-0006" }, fault: { corruptBlob: "empty" } },
  ]);
  environment.emulator
    .vault("closed")
    .addFaults([
      { match: { op: "list" }, fault: { status: 403, code: "Forbidden", innererror: "ForbiddenByFirewall" } },
    ]);
  host = await environment.startHost();
  for (const vault of ["leaky", "broken", "closed"]) {
    const runId = await requestRun(host, vault);
    await waitForRun(host, runId);
    for (const path of [`/api/runs/${runId}`, "/api/runs", "/api/health"])
      answers.push(await (await host.fetch(path)).text());
  }
  const body = JSON.stringify({ vaults: [inToken], reason: `Bearer ${inToken}` });
  answers.push(await (await host.fetch("/api/backups", { method: "POST", body: `${body}x` })).text());
});
afterAll(() => environment.close());

describe("backup bytes and bearer tokens", () => {
  it("are where they belong, and the faults were met", async () => {
    const [runId = ""] = await runsOf("leaky");
    const { keys } = await manifestOf(environment, { vault: "leaky", runId });
    const bytes = await environment.container("daily").read(keys[0]?.backup?.path ?? "");
    expect(leaksIn(bytes!)).toContain(inBackups);
    const [faulty = ""] = await runsOf("broken");
    const { totals } = await manifestOf(environment, { vault: "broken", runId: faulty });
    expect(totals.counts.failed).toBeGreaterThanOrEqual(2);
  });

  it("are in no line of the log", () => {
    expect(host.logs().length).toBeGreaterThan(20);
    expect(leaksIn(JSON.stringify(host.logs()))).toEqual([]);
  });

  it("are in no answer", () => {
    expect(answers.length).toBe(10);
    expect(leaksIn(answers.join("\n"))).toEqual([]);
  });

  it("are in no queue message", () => {
    const messages = environment.queues
      .passed()
      .map(({ body }) => /<MessageText>([^<]+)</.exec(String(body))?.[1] ?? "");
    const decoded = messages.filter((text) => text !== "").map((text) => Buffer.from(text, "base64").toString("utf8"));
    expect(decoded.length).toBeGreaterThanOrEqual(3);
    expect(leaksIn([...messages, ...decoded].join("\n"))).toEqual([]);
  });

  it("are in no plan, manifest, entry or metadata", async () => {
    let read = 0;
    for (const name of containers)
      for await (const { path, facts } of environment.container(name).list("")) {
        expect({ path, leaks: leaksIn(JSON.stringify({ path, facts })) }).toEqual({ path, leaks: [] });
        if (path.endsWith(".backup")) continue;
        const bytes = await environment.container(name).read(path);
        expect({ path, leaks: leaksIn(bytes!) }).toEqual({ path, leaks: [] });
        read += 1;
      }
    expect(read).toBeGreaterThan(30);
  });
});

/** The markers that the text holds, as they are or in base64 at any of its three alignments. */
function leaksIn(text: string | Uint8Array): readonly string[] {
  const haystack = Buffer.from(text).toString("latin1");
  return [inBackups, inToken].filter((marker) => spellingsOf(marker).some((spelling) => haystack.includes(spelling)));
}

function spellingsOf(marker: string): readonly string[] {
  const aligned = [0, 1, 2].map((shift) => {
    const text = Buffer.from("-".repeat(shift) + marker).toString("base64url");
    // What hangs on a neighbour's bits is cut off at both ends.
    return text.slice(shift === 0 ? 0 : 4, -4);
  });
  return [marker, ...aligned, ...aligned.map((text) => text.replaceAll("-", "+").replaceAll("_", "/"))];
}

async function runsOf(vault: string): Promise<readonly string[]> {
  const runIds: string[] = [];
  for await (const { path } of environment.container("daily").list(`manifests/${vault}/`))
    runIds.push(path.slice(path.lastIndexOf("/") + 1, -".jsonl".length));
  return runIds;
}
