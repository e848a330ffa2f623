import { fileURLToPath } from "node:url";
import { format, resolveConfig } from "prettier";
import { describe, expect, it } from "vitest";
import { jsonSchemas } from "../../src/catalog/json-schemas.ts";
import { failure } from "../backup/attempts.ts";
import { walk } from "../backup/nights.ts";
import { createWorld } from "../backup/world.ts";
import { aManifest, anEntry } from "./catalog-entries.ts";
import { problemsBySchema, problemsOfManifest } from "./schemas.ts";

const folder = fileURLToPath(new URL("../../src/catalog/schemas/", import.meta.url));

describe("the JSON Schemas", () => {
  it.each([...jsonSchemas()])("in the repository are those of the code: %s", async (name, schema) => {
    const path = `${folder}${name}.schema.json`;
    const text = await format(JSON.stringify(schema, undefined, 2), { ...(await resolveConfig(path)), filepath: path });
    await expect(text).toMatchFileSnapshot(path);
  });

  it.each([
    ["key-entry", { ...anEntry(), outcome: "fine" }],
    ["key-entry", { ...anEntry(), updatedAt: "yesterday" }],
    ["manifest-head", { ...aManifest().head, version: 2 }],
    ["manifest-head", { ...aManifest().head, tier: "weekly" }],
    ["manifest-totals", { ...aManifest().totals, bytes: -1 }],
    ["entry-file", { entry: anEntry() }],
    ["plan", {}],
  ])("refuse what is not a %s", (name, document) => {
    expect(problemsBySchema(name, document)).not.toEqual([]);
  });

  it("let pass what a later version adds", () => {
    expect(problemsBySchema("key-entry", { ...anEntry(), aNewField: 1 })).toEqual([]);
  });

  it("hold for everything that a month of runs writes", { timeout: 60_000 }, async () => {
    const keys = [
      "alpha",
      "beta",
      "gamma",
      { name: "oct", keyType: "oct-HSM" },
      { name: "owned", managed: true },
    ] as const;
    const world = createWorld({ refreshDays: 30, start: "2026-12-20T02:00:00Z", vaults: [{ name: "kv-one", keys }] });
    const outcomes = new Set<string>();
    const problems: string[] = [];
    let checked = 0;
    await walk(world, {
      nights: 30,
      before(_date, nth) {
        if (nth === 3) world.vault.fault("backupKey", "beta", failure("key-disabled"));
        if (nth === 3) world.vault.rotate("beta");
        if (nth === 5) world.vault.delete("gamma");
        if (nth === 9) world.vault.fault("listKeys", "*", failure("vault-unreachable"), 5);
      },
    });
    for (const { blobs } of Object.values(world.store.memory))
      for (const [path, { content }] of blobs) {
        const text = Buffer.from(content).toString();
        if (path.endsWith(".backup")) continue;
        checked += 1;
        problems.push(
          ...(path.startsWith("manifests/")
            ? problemsOfManifest(content)
            : problemsBySchema(path.startsWith("plans/") ? "plan" : "entry-file", JSON.parse(text))),
        );
        for (const [, outcome] of text.matchAll(/"outcome":"([a-z-]+)"/g)) outcomes.add(outcome ?? "");
      }
    expect(problems).toEqual([]);
    expect([...outcomes].toSorted()).toEqual(["backed-up", "deleted", "failed", "skipped", "unchanged"]);
    expect(checked).toBeGreaterThan(70);
  });
});
