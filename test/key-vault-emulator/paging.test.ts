import * as z from "zod";
import { describe, expect, it } from "vitest";
import { collect, oneVault, send } from "./clients.ts";

const pageSchema = z.object({ value: z.array(z.object({ kid: z.string() })), nextLink: z.string().nullable() });

async function pagesOf(vaultUrl: string, path: string) {
  const pages: z.output<typeof pageSchema>[] = [];
  for (let next: string | null = vaultUrl + path; next !== null;) {
    const page = pageSchema.parse(await (await send("", next)).json());
    pages.push(page);
    next = page.nextLink;
  }
  return pages;
}

async function raggedSizes(seed: number): Promise<number[]> {
  const { vault } = await oneVault([{ name: "k", type: "EC", count: 200 }], { paging: "ragged", seed });
  return (await pagesOf(vault.url, "/keys?api-version=7.4")).map(({ value }) => value.length);
}

describe("paging", () => {
  it("fills pages of 25 unless told otherwise, in order of the upper-cased names, without versions in the ids", async () => {
    const { vault } = await oneVault([{ name: "b", count: 28 }, { name: "A" }, { name: "C" }]);
    const pages = await pagesOf(vault.url, "/keys?api-version=7.4");
    expect(pages.map(({ value }) => value.length)).toEqual([25, 5]);
    expect(pages[0]?.value[0]?.kid).toBe(`${vault.url}/keys/A`);
    expect(pages[1]?.value.at(-1)?.kid).toBe(`${vault.url}/keys/C`);
    expect(pages[0]?.nextLink).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/keys\?api-version=7\.4&\$skiptoken=/);
    const ofTen = await pagesOf(vault.url, "/keys?api%2Dversion=7.4&maxresults=10");
    expect(ofTen.map(({ value }) => value.length)).toEqual([10, 10, 10]);
  });

  it("is ragged like the real service: short and empty pages with more behind them, and nothing lost", async () => {
    const { vault, client } = await oneVault(
      [
        { name: "k", type: "EC", count: 400 },
        { name: "v", type: "EC", versions: 90 },
      ],
      {
        paging: "ragged",
      },
    );
    const pages = await pagesOf(vault.url, "/keys?api-version=7.4");
    const sizes = pages.slice(0, -1).map(({ value }) => value.length);
    expect(sizes).toContain(0);
    expect(sizes).toContain(25);
    expect(sizes.some((size) => size > 0 && size < 25)).toBe(true);
    const names = pages.flatMap(({ value }) => value.map(({ kid }) => kid));
    expect(names).toEqual(vault.keyNames().map((name) => `${vault.url}/keys/${name}`));
    expect((await collect(client.listPropertiesOfKeyVersions("v"))).map(({ version }) => version)).toEqual(
      vault.versionsOf("v").toSorted(),
    );
  });

  it("gives another raggedness for another seed, the same for the same", async () => {
    expect(await raggedSizes(7)).toEqual(await raggedSizes(7));
    expect(await raggedSizes(7)).not.toEqual(await raggedSizes(8));
  });

  it("goes on after a key that vanished between two pages", async () => {
    const { vault } = await oneVault([{ name: "k", count: 50 }]);
    const first = pageSchema.parse(await (await send(vault.url, "/keys?api-version=7.4")).json());
    vault.purge("k-0025");
    vault.purge("k-0026");
    const second = pageSchema.parse(await (await send("", first.nextLink ?? "")).json());
    expect(second.value[0]?.kid).toMatch(/k-0027$/);
  });

  it("has no versions of a key that is not there", async () => {
    const { client } = await oneVault([]);
    expect(await collect(client.listPropertiesOfKeyVersions("nothing"))).toEqual([]);
  });

  it.each([
    ["/keys?api-version=7.4&maxresults=26", "maxresults"],
    ["/keys?api-version=7.4&maxresults=0", "maxresults"],
    ["/keys?api-version=7.4&$skiptoken=rubbish", "skiptoken"],
    ["/keys", "api-version"],
    ["/keys?api-version=1.0", "api-version"],
  ])("answers %s with 400", async (path, word) => {
    const { vault } = await oneVault([]);
    const response = await send(vault.url, path);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: "BadParameter", message: expect.stringContaining(word) },
    });
  });

  it("takes double slashes and a trailing one as older SDKs send them", async () => {
    const { vault } = await oneVault([{ name: "k" }]);
    expect((await send(vault.url, "//keys//k/?api-version=7.4")).status).toBe(200);
    expect((await send(vault.url, "/secrets?api-version=7.4")).status).toBe(404);
  });
});
