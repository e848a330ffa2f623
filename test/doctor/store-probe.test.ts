import {
  AccountSASPermissions,
  AccountSASResourceTypes,
  AccountSASServices,
  generateAccountSASQueryParameters,
  StorageSharedKeyCredential,
} from "@azure/storage-blob";
import { afterAll, beforeAll, expect, it } from "vitest";
import { accountKey, defaultAccount } from "../../local/azurite/accounts.ts";
import { startAzurite, type Azurite } from "../../local/azurite/azurite.ts";
import { createBlobStore } from "../../src/azure/blob-store.ts";
import { systemClock } from "../../src/azure/clock.ts";
import { createStoreProbe } from "../../src/azure/store-probe.ts";

let azurite: Azurite;

beforeAll(async () => {
  azurite = await startAzurite();
  await azurite.createContainers(["daily"]);
});
afterAll(async () => azurite.close());

const probeOf = (container: string, sas: string) =>
  createStoreProbe({ containerUrl: `${azurite.accountUrl()}/${container}`, sas, clock: systemClock });

function signature(permissions: string): string {
  return generateAccountSASQueryParameters(
    {
      services: AccountSASServices.parse("b").toString(),
      resourceTypes: AccountSASResourceTypes.parse("co").toString(),
      permissions: AccountSASPermissions.parse(permissions),
      expiresOn: new Date(Date.now() + 3_600_000),
    },
    new StorageSharedKeyCredential(defaultAccount, accountKey),
  ).toString();
}

it("tells that blobs can be created, leaves none, and reads the store's clock", async () => {
  const sas = azurite.createOnlySas();
  const { refusal, serverAt } = await probeOf("daily", sas).probeCreate();
  expect(refusal).toBeUndefined();
  expect(Math.abs((serverAt?.getTime() ?? 0) - Date.now())).toBeLessThan(10_000);
  const container = createBlobStore({ containerUrl: `${azurite.accountUrl()}/daily`, sas, clock: systemClock });
  const found: string[] = [];
  for await (const { path } of container.list("")) found.push(path);
  expect(found).toEqual([]);
});

it("tells a signature that only reads from one that creates", async () => {
  const { refusal } = await probeOf("daily", signature("rl")).probeCreate();
  expect(refusal).toMatchObject({ code: "store-forbidden", status: 403 });
});

it("tells that the container is missing", async () => {
  const { refusal } = await probeOf("yearly", azurite.createOnlySas()).probeCreate();
  expect(refusal?.code).toBe("store-container-missing");
});

it("tells that nothing answers", async () => {
  const containerUrl = "http://127.0.0.1:9/account/daily";
  const probe = createStoreProbe({ containerUrl, sas: "sv=x", clock: systemClock });
  const { refusal, serverAt } = await probe.probeCreate();
  expect(refusal?.code).toBe("store-unreachable");
  expect(serverAt).toBeUndefined();
});
