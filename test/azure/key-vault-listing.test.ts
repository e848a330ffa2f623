import { createPipelineRequest, type PipelineRequest } from "@azure/core-rest-pipeline";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createExchange } from "../../src/azure/key-vault-exchange.ts";
import { systemClock } from "../../src/azure/clock.ts";
import { createPacer } from "../../src/pacing/pacer.ts";
import type { KeyPage } from "../../src/ports/key-vault.ts";
import { brokenOff, empty, json, startScriptedServer } from "./scripted-server.ts";
import { failureOf, refusal, startScriptedVault, TENANT, type ScriptedVault } from "./scripted-vault.ts";

let scripted: ScriptedVault;
beforeEach(async () => {
  scripted = await startScriptedVault();
});
afterEach(() => scripted.close());

const item = (name: string, host = "https://contoso.vault.azure.net") => ({
  kid: `${host}/keys/${name}`,
  attributes: { enabled: true, created: 1_669_070_651, updated: 1_669_070_652 },
});
const version = (digit: string, created: number) => ({
  kid: `https://contoso.vault.azure.net/keys/orders/${digit.repeat(32)}`,
  attributes: { created },
});
const page = (items: readonly unknown[], nextLink: string | null = null, region: string | undefined = "westeurope") =>
  json(200, { value: items, nextLink }, region === undefined ? {} : { "x-ms-keyvault-region": region });
const link = (token: string, origin = scripted.server.url) => `${origin}/keys?api-version=7.4&$skiptoken=${token}`;

async function pagesOf(pages: AsyncIterable<KeyPage>, into: KeyPage[] = []): Promise<KeyPage[]> {
  for await (const each of pages) into.push(each);
  return into;
}
const names = (pages: readonly KeyPage[]) => pages.map(({ keys }) => keys.map(({ name }) => name));

describe("the listing of keys", () => {
  it("goes to the last page, over short and empty ones, and tells the region of each", async () => {
    scripted.script(
      page([item("a")], link("1")),
      page([], link("2"), "northeurope"),
      page([item("b"), item("c")], link("3")),
      json(200, { value: [] }),
    );
    const pages = await pagesOf(scripted.vault.listKeys());
    expect(names(pages)).toEqual([["a"], [], ["b", "c"], []]);
    expect(pages.map(({ observed }) => observed.region)).toEqual([
      "westeurope",
      "northeurope",
      "westeurope",
      undefined,
    ]);
    expect(pages[0]?.observed.tenantId).toBe(TENANT);
    expect(scripted.signedIn().map(({ target }) => target.split("skiptoken=")[1])).toEqual([undefined, "1", "2", "3"]);
    expect(scripted.signedIn()[0]?.target).toContain("maxresults=25");
  });

  it("reads every member of an item, in the port's words", async () => {
    const full = {
      kid: "https://another-host.vault.azure.net:443/keys/Orders",
      attributes: {
        enabled: false,
        nbf: 1_600_000_000,
        exp: 1_900_000_000,
        created: 1_669_070_651,
        updated: 1_669_070_652,
      },
      tags: { team: "sales" },
      managed: true,
    };
    scripted.script(page([full, { kid: "https://v/keys/bare", attributes: { enabled: true } }]));
    expect((await pagesOf(scripted.vault.listKeys()))[0]?.keys).toEqual([
      {
        name: "Orders",
        enabled: false,
        managed: true,
        createdAt: "2022-11-21T22:44:11Z",
        updatedAt: "2022-11-21T22:44:12Z",
        notBefore: "2020-09-13T12:26:40Z",
        expiresAt: "2030-03-17T17:46:40Z",
        tags: { team: "sales" },
      },
      { name: "bare", enabled: true, managed: false, tags: {} },
    ]);
  });

  it("tries a page again, not the pages before it", async () => {
    scripted.script(page([item("a")], link("1")), brokenOff({ value: [] }), empty(500), page([item("b")]));
    expect(names(await pagesOf(scripted.vault.listKeys()))).toEqual([["a"], ["b"]]);
    expect(scripted.signedIn()).toHaveLength(4);
  });

  it("fails while it is iterated, with an error of ours", async () => {
    scripted.script(page([item("a")], link("1")), json(403, refusal("Forbidden", "no", "ForbiddenByRbac")));
    const pages: KeyPage[] = [];
    expect(await failureOf(pagesOf(scripted.vault.listKeys(), pages))).toMatchObject({ code: "vault-forbidden-rbac" });
    expect(names(pages)).toEqual([["a"]]);
  });

  it("sends nothing to another host that a next link names", async () => {
    const other = await startScriptedServer(empty(200));
    try {
      scripted.script(page([item("a")], link("1", other.url)));
      const pages: KeyPage[] = [];
      expect(await failureOf(pagesOf(scripted.vault.listKeys(), pages))).toMatchObject({
        code: "vault-bad-answer",
        message: expect.stringContaining("the link to the next page leads to 127.0.0.1:"),
      });
      expect(names(pages)).toEqual([["a"]]);
      expect(other.seen).toHaveLength(0);
    } finally {
      await other.close();
    }
  });

  it("follows no redirection to another host, nor within the vault", async () => {
    const other = await startScriptedServer(empty(200));
    try {
      scripted.script(...[1, 2, 3, 4].map(() => empty(307, { location: `${other.url}/keys` })));
      expect(await failureOf(pagesOf(scripted.vault.listKeys()))).toMatchObject({ code: "vault-bad-answer" });
      scripted.script(...[1, 2, 3, 4].map(() => empty(307, { location: "/elsewhere" })));
      expect(await failureOf(pagesOf(scripted.vault.listKeys()))).toMatchObject({ code: "vault-bad-answer" });
      expect(other.seen).toHaveLength(0);
      expect(scripted.server.seen.filter(({ target }) => target.includes("elsewhere"))).toHaveLength(0);
    } finally {
      await other.close();
    }
  });

  it("ends when next links lead in a circle", async () => {
    scripted.script(page([], link("1")), page([], link("2")), page([], link("1")));
    expect(await failureOf(pagesOf(scripted.vault.listKeys()))).toMatchObject({
      message: expect.stringContaining("in a circle"),
    });
  });

  it("lists all that can be read before it fails on what can't, by name", async () => {
    scripted.script(
      page([item("a"), item("../secrets/x"), 7, item("b")], link("1")),
      page([{ kid: "https://contoso.vault.azure.net/keys/c/extra/segments" }]),
    );
    const pages: KeyPage[] = [];
    expect(await failureOf(pagesOf(scripted.vault.listKeys(), pages))).toMatchObject({
      code: "vault-bad-answer",
      message: expect.stringContaining(
        "2 of the items can't be read: https://contoso.vault.azure.net/keys/../secrets/x, one",
      ),
    });
    expect(names(pages)).toEqual([["a", "b"], ["c"]]);
  });
});

describe("the listing of versions", () => {
  it("gives the newest first, from all pages", async () => {
    scripted.script(
      page([version("a", 1_600_000_000), version("b", 1_700_000_000)], link("1")),
      page([version("c", 1_650_000_000)]),
    );
    const versions = await scripted.vault.listVersions("orders");
    expect(versions.map(({ id }) => id[0])).toEqual(["b", "c", "a"]);
    expect(versions[0]).toEqual({ id: "b".repeat(32), createdAt: "2023-11-14T22:13:20Z" });
  });

  it("refuses an item without a version", async () => {
    scripted.script(page([item("orders")]));
    expect(await failureOf(scripted.vault.listVersions("orders"))).toMatchObject({ code: "vault-bad-answer" });
  });
});

describe("a rotation policy", () => {
  const notify = { trigger: { timeBeforeExpiry: "P30D" }, action: { type: "Notify" } };
  const rotate = { trigger: { timeAfterCreate: "P18M" }, action: { type: "rotate" } };
  it.each([
    ["the service's default", { lifetimeActions: [notify], attributes: {} }, undefined],
    ["no action at all", { lifetimeActions: [], attributes: {} }, undefined],
    [
      "a notice that somebody set",
      { lifetimeActions: [notify], attributes: { created: 1_669_070_651 } },
      { lifetimeActions: [notify], attributes: {} },
    ],
    [
      "a rotation",
      {
        id: "https://v/keys/k/rotationpolicy",
        lifetimeActions: [rotate],
        attributes: { expiryTime: "P48M", created: 1 },
      },
      { lifetimeActions: [rotate], attributes: { expiryTime: "P48M" } },
    ],
    [
      "an action that is new to this program",
      { lifetimeActions: [{ action: { type: "Archive" } }] },
      { lifetimeActions: [{ action: { type: "Archive" } }], attributes: {} },
    ],
  ])("%s", async (_case, answer, expected) => {
    scripted.script(json(200, answer));
    expect(await scripted.vault.getRotationPolicy("orders")).toEqual(expected);
  });
});

describe("the addresses that get the token", () => {
  const pacer = createPacer({ requestsPerSecond: 1, clock: systemClock });
  const { isOwn } = createExchange({ url: "https://contoso.vault.azure.net", pacer, clock: systemClock });
  it.each([
    ["https://contoso.vault.azure.net:443/keys?$skiptoken=x", true],
    ["https://CONTOSO.vault.azure.net/keys", true],
    ["https://contoso.vault.azure.net:8443/keys", false],
    ["http://contoso.vault.azure.net/keys", false],
    ["https://contoso.vault.azure.net.evil.example/keys", false],
    ["https://contoso.vault.azure.net@evil.example/keys", false],
    ["https://fabrikam.vault.azure.net/keys", false],
    ["/keys", false],
    ["", false],
  ])("%j: %s", (address, expected) => expect(isOwn(address)).toBe(expected));
});

it("whatever the SDK asks for, a request to another host is not sent", async () => {
  const pacer = createPacer({ requestsPerSecond: 1, clock: systemClock });
  const exchange = createExchange({ url: scripted.server.url, pacer, clock: systemClock });
  const sent: string[] = [];
  const request = createPipelineRequest({ url: "https://evil.example/keys" });
  const next = (each: PipelineRequest) => {
    sent.push(each.url);
    return Promise.reject(new Error("sent"));
  };
  const work = exchange.answerOf({ words: "list the keys", kind: "list" }, 1000, () =>
    exchange.policy.sendRequest(request, next),
  );
  expect(await failureOf(work)).toMatchObject({ code: "vault-bad-answer" });
  expect(sent).toEqual([]);
  expect(exchange.requestCount()).toBe(0);
});
